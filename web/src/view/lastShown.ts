// What each page last showed, so that going back to a page finds it as it was.

const left = new Map<string, string>();

export function leave(page: string, search: string): void {
  left.set(page, search);
}

export function lastOf(page: string): URLSearchParams {
  return new URLSearchParams(left.get(page) ?? `page=${page}`);
}

export function lastPatient(): URLSearchParams {
  return lastOf("patient");
}
