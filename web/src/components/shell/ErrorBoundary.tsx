import { Component, type ReactNode } from 'react';

interface ErrorBoundaryProps {
  children: ReactNode;
  /** What is shown instead of children that could not be rendered. */
  fallback: (error: unknown) => ReactNode;
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

  override render() {
    const { thrown } = this.state;
    return thrown === null ? this.props.children : this.props.fallback(thrown[0]);
  }
}
