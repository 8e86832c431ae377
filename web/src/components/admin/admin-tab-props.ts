/** What a page of the administration is told: what the address says of it, and how to say something else. */
export interface AdminTabProps {
  search: URLSearchParams;
  /** What is empty is left out. */
  onSearch: (changes: Readonly<Record<string, string>>) => void;
}
