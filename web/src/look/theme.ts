import { createTheme } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple } from '@mantine/core';
import { words } from '../words/words.ts';

const leaf: MantineColorsTuple = [
  '#edf6f4',
  '#d8e9e6',
  '#afd3cd',
  '#83bbb3',
  '#5ea79d',
  '#45998e',
  '#2f8378',
  '#1d6a61',
  '#0f5650',
  '#0c3f3b',
];
const amber: MantineColorsTuple = [
  '#fff8e6',
  '#ffefcc',
  '#fddd99',
  '#fbca62',
  '#f7b733',
  '#f2a516',
  '#d98d06',
  '#ad6f00',
  '#875600',
  '#634000',
];
/** Faults that are no emergency: red is kept for those. */
const clay: MantineColorsTuple = [
  '#fbf1ec',
  '#f3e1d8',
  '#e6c2b1',
  '#d9a187',
  '#cd8564',
  '#c5734d',
  '#b05c36',
  '#934a2a',
  '#783b21',
  '#5f2e19',
];
const alarm: MantineColorsTuple = [
  '#fff0ef',
  '#ffdcda',
  '#fbb4b0',
  '#f58983',
  '#ef635b',
  '#e5443b',
  '#d02a21',
  '#b11d15',
  '#8f150f',
  '#6f0f0a',
];
const ink: MantineColorsTuple = [
  '#f7f5ef',
  '#ece9e0',
  '#dad6c9',
  '#bfbaac',
  '#9c988c',
  '#7b786e',
  '#605e56',
  '#484740',
  '#33332e',
  '#20211e',
];

export const theme = createTheme({
  fontFamily: "'Be Vietnam Pro', system-ui, sans-serif",
  headings: { fontFamily: "'Be Vietnam Pro', system-ui, sans-serif", fontWeight: '600' },
  primaryColor: 'leaf',
  primaryShade: 8,
  colors: { leaf, amber, clay, red: alarm, gray: ink },
  black: '#20211e',
  defaultRadius: 'md',
  radius: { md: '10px', lg: '14px' },
  fontSizes: { xs: '0.8rem', sm: '0.9rem', md: '1rem', lg: '1.125rem', xl: '1.35rem' },
  focusRing: 'auto',
  cursorType: 'pointer',
  components: {
    Button: { defaultProps: { fw: 600 } },
    // Words are not cut off nor shouted: a long state wraps.
    Badge: {
      defaultProps: { tt: 'none', fw: 600 },
      styles: { root: { height: 'auto', minHeight: 20, paddingBlock: 2 }, label: { whiteSpace: 'normal' } },
    },
    Modal: {
      defaultProps: {
        centered: true,
        overlayProps: { backgroundOpacity: 0.35 },
        closeButtonProps: { 'aria-label': words.common.close },
      },
    },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': words.common.close } } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': words.common.close } } },
    PasswordInput: {
      defaultProps: { visibilityToggleButtonProps: { 'aria-label': words.common.showPassword } },
    },
    DateInput: { defaultProps: { ariaLabels: words.calendar } },
    Paper: { defaultProps: { withBorder: true, radius: 'lg' } },
  },
});

/** Mantine's own variables, on paper instead of white. */
export const paper: CSSVariablesResolver = () => ({
  variables: {},
  dark: {},
  light: {
    '--mantine-color-body': '#f8f5ee',
    '--mantine-color-text': '#20211e',
    '--mantine-color-dimmed': '#6b685e',
    '--mantine-color-error': 'var(--mantine-color-clay-7)',
    '--mantine-color-default': '#fffdf9',
    '--mantine-color-default-hover': '#f3f0e6',
    '--mantine-color-default-border': '#dcd6c4',
    '--mantine-color-placeholder': '#9c988c',
  },
});
