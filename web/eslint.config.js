// What the compiler does not see: rules of hooks, accessibility, promises nobody waits for.
import a11y from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['dist', 'src/api/schema.d.ts', 'e2e/shots', 'test-results', 'scripts', 'e2e/provider.mjs', 'eslint.config.js'] },
  ...ts.configs.strictTypeChecked,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Taking a field out of an object names it.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Numbers in texts are meant to be printed.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `onChange={(e) => change(...)}` gives back what nobody reads.
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Values of cards are printed as what they are.
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/no-non-null-assertion': 'warn',
      // Chinese words are counted by characters.
      '@typescript-eslint/no-misused-spread': 'off',
      // Nobody reads what a handler gives back.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
      // What the component library will drop some day is changed when it is upgraded.
      '@typescript-eslint/no-deprecated': 'off',
      // Cards are maps of fields: a field that was emptied is taken out.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // The interface may say less than its types promise, and older drafts do.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  {
    files: ['src/**/*.tsx', 'src/**/*.ts'],
    plugins: { 'react-hooks': hooks, 'jsx-a11y': a11y },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      ...a11y.flatConfigs.strict.rules,
      // What scrolls is reached with the keyboard.
      'jsx-a11y/no-noninteractive-tabindex': 'off',
      // Dropping a file is a second way; the first is a button.
      'jsx-a11y/no-static-element-interactions': ['error', { handlers: ['onClick', 'onMouseDown', 'onMouseUp', 'onKeyPress', 'onKeyDown', 'onKeyUp'] }],
      // What is read is also selected, copied and scrolled.
      'jsx-a11y/no-noninteractive-element-interactions': 'off',
      // A form that one has just opened is where one wants to type.
      'jsx-a11y/no-autofocus': 'off',
      // Recordings are evidence and come as they are.
      'jsx-a11y/media-has-caption': 'off',
      // The controls of the component library are known by `id`.
      'jsx-a11y/label-has-associated-control': ['error', { assert: 'either' }],
    },
  },
);
