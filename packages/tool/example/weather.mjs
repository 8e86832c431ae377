import { defineTool } from '@codex-relay/tool';
import { z } from 'zod';

/** Put it into TOOLS_DIR, and name it in AGENT_TOOLS: `weather`. */
export default defineTool({
  name: 'weather',
  description: 'Tells the weather of a city as it is now.',
  schema: z.object({ city: z.string().min(1).describe('Name of the city') }),
  secrets: ['WEATHER_KEY'],
  timeoutSeconds: 15,
  async run({ secrets }, { city }) {
    const url = new URL('https://api.weather.example/v1/current');
    url.search = new URLSearchParams({ city, key: secrets.WEATHER_KEY });
    const response = await fetch(url);
    if (!response.ok) throw new Error(`the weather service answered ${response.status}`);
    return response.json();
  },
});
