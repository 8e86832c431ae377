import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** What is shown instead of children that could not be rendered; `retry` renders them again. */
  fallback: (error: unknown, retry: () => void) => ReactNode;
  /** Whenever it changes they are rendered again by themselves. */
  resetOn?: unknown;
}

interface ErrorBoundaryState {
  /** In a list, because anything can be thrown. */
  thrown: readonly [unknown] | null;
}

/** Keeps a fault of what it holds from taking down what is around it. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { thrown: null };

  static getDerivedStateFromError(this: void, error: unknown): ErrorBoundaryState {
    return { thrown: [error] };
  }

  override componentDidUpdate({ resetOn }: ErrorBoundaryProps): void {
    if (this.state.thrown !== null && resetOn !== this.props.resetOn) this.retry();
  }

  override render() {
    const { thrown } = this.state;
    return thrown === null ? this.props.children : this.props.fallback(thrown[0], this.retry);
  }

  private readonly retry = (): void => this.setState({ thrown: null });
}
