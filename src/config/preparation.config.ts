import { IsBoolean, IsInt, Matches, Max, Min } from 'class-validator';
import { asFlag, asList, asNumber, Env } from './env.decorator';

/** A name with extras and versions, as pip takes it; not an option, an address or a path. */
const REQUIREMENT =
  /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[A-Za-z0-9,._ -]+\])?(?: ?(?:[=!~<>]=?=?)[A-Za-z0-9.*+!, <>=~]+)?$/u;

/** The Python environment that commands of agents find on their PATH. */
export class PreparationConfig {
  /** Whether it is made, in the background, when the service starts. */
  @Env('RUNTIME_PREPARE', asFlag)
  @IsBoolean()
  isOn = false;

  /** Libraries that are installed into it, comma separated, as pip takes them: `pandas`, `polars==1.12.0`. */
  @Env('DEFAULT_ALLOWED_PYTHON_LIBS', asList)
  @Matches(REQUIREMENT, { each: true, message: 'each of it must be the name of a library, with a version or without' })
  libraries: string[] = [
    ...['numpy', 'pandas', 'polars', 'scipy', 'scikit-learn', 'statsmodels', 'matplotlib', 'seaborn', 'plotly'],
    ...[
      'duckdb',
      'pyarrow',
      'openpyxl',
      'xlsxwriter',
      'pypdf',
      'python-docx',
      'pillow',
      'requests',
      'pyyaml',
      'tabulate',
    ],
  ];

  /** Minutes that one try may take. */
  @Env('RUNTIME_PREPARE_MINUTES', asNumber)
  @IsInt()
  @Min(1)
  @Max(1440)
  minutes = 30;

  /** Minutes until the next try after one that failed. */
  @Env('RUNTIME_PREPARE_RETRY_MINUTES', asNumber)
  @IsInt()
  @Min(1)
  @Max(10_080)
  retryMinutes = 15;
}
