/** The names of `editor.cursorStyle`, in the order of the API's numbers, which begin with 1. */
const styles = ['line', 'block', 'underline', 'line-thin', 'block-outline', 'underline-thin'];

const line = 1;

/**
 * Whether the cursor looks as an extension for vim makes it look while keys are commands or text is selected: not a line, and not as
 * the person has set it. The mode itself is told to no other extension.
 *
 * @param style of this editor, as the API has it
 * @param ownStyle reads `editor.cursorStyle`; called only when the style alone does not decide
 */
export function isCommandMode(style: number | undefined, ownStyle: () => string | undefined): boolean {
  if (style === undefined || style === line) return false;
  return styles[style - 1] !== ownStyle();
}
