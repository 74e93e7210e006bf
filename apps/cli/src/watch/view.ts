import type { Picture } from './picture';

/** Where a campaign is shown while it runs. */
export interface View {
  show(picture: Picture): void;
  /** Shows the last picture for good, and gives the terminal back. */
  close(): void;
}
