/** What the editor tells a page of its theme: the class of the body, and the colours that our style sheet asks for. */
export interface EditorTheme {
  readonly bodyClass: string;
  /** Names without `--vscode-`. */
  readonly colours: Readonly<Record<string, string>>;
}

const charts = {
  'charts-red': '#f14c4c',
  'charts-blue': '#3794ff',
  'charts-yellow': '#cca700',
  'charts-green': '#89d185',
  'charts-purple': '#b180d7',
};

/** As the themes “Dark Modern”, “Light Modern” and “Dark High Contrast” of VS Code 1.139 have them. */
export const editorThemes = {
  dark: {
    bodyClass: 'vscode-dark',
    colours: {
      ...charts,
      'editor-background': '#1f1f1f',
      foreground: '#cccccc',
      descriptionForeground: '#9d9d9d',
      'editorWidget-background': '#202020',
      'widget-border': '#313131',
      focusBorder: '#0078d4',
      'button-background': '#0078d4',
      'button-foreground': '#ffffff',
      'button-hoverBackground': '#026ec1',
      'button-secondaryBackground': '#313131',
      'button-secondaryForeground': '#cccccc',
      'button-secondaryHoverBackground': '#3c3c3c',
      'badge-background': '#616161',
      'badge-foreground': '#f8f8f8',
      'toolbar-hoverBackground': '#5a5d5e50',
      'progressBar-background': '#0078d4',
      'panelTitle-activeBorder': '#0078d4',
    },
  },
  light: {
    bodyClass: 'vscode-light',
    colours: {
      'charts-red': '#e51400',
      'charts-blue': '#1a85ff',
      'charts-yellow': '#bf8803',
      'charts-green': '#388a34',
      'charts-purple': '#652d90',
      'editor-background': '#ffffff',
      foreground: '#3b3b3b',
      descriptionForeground: '#3b3b3b',
      'editorWidget-background': '#f8f8f8',
      'widget-border': '#e5e5e5',
      focusBorder: '#005fb8',
      'button-background': '#005fb8',
      'button-foreground': '#ffffff',
      'button-hoverBackground': '#0258a8',
      'button-secondaryBackground': '#e5e5e5',
      'button-secondaryForeground': '#3b3b3b',
      'button-secondaryHoverBackground': '#cccccc',
      'badge-background': '#cccccc',
      'badge-foreground': '#3b3b3b',
      'toolbar-hoverBackground': '#b8b8b850',
      'progressBar-background': '#005fb8',
      'panelTitle-activeBorder': '#005fb8',
    },
  },
  contrast: {
    bodyClass: 'vscode-high-contrast',
    colours: {
      ...charts,
      'editor-background': '#000000',
      foreground: '#ffffff',
      descriptionForeground: '#ffffffb3',
      'editorWidget-background': '#0c141f',
      'editorWidget-border': '#6fc3df',
      contrastBorder: '#6fc3df',
      contrastActiveBorder: '#f38518',
      focusBorder: '#f38518',
      'button-background': '#000000',
      'button-foreground': '#ffffff',
      'button-border': '#6fc3df',
      'button-secondaryForeground': '#ffffff',
      'badge-background': '#000000',
      'badge-foreground': '#ffffff',
      'panelTitle-activeBorder': '#6fc3df',
    },
  },
} as const satisfies Record<string, EditorTheme>;
