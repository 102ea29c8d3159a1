// Linter: fails for class names without CSS in src/styles.css, such as a colour that is not a token, or a typo. Class
// names are found through constants and imports by TypeScript's checker.
import { readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "tailwindcss";
import ts from "typescript";

const frontend = fileURLToPath(new URL("..", import.meta.url));
const stylesPath = join(frontend, "src/styles.css");
const CLASS_NAME = /^(class|\w*className)$/i;
/** Classes that other classes refer to, as in `group-hover:`; they have no rules of their own. */
const MARKER = /^(group|peer)(\/[\w-]+)?$/;
/** The highlighter's scopes, some of which have a colour. The names are composed at run time. */
const SCOPE_PREFIX = "hl-";

const config = ts.getParsedCommandLineOfConfigFile(join(frontend, "tsconfig.json"), {}, ts.sys);
const program = ts.createProgram(config.fileNames, config.options);
const checker = program.getTypeChecker();

/** Every used class name, with its first location. */
const used = new Map();
const problems = [];
const seen = new Set();

function locationOf(node) {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(frontend, file.fileName)}:${line + 1}`;
}

function addText(text, node) {
  for (const name of text.split(/\s+/).filter(Boolean)) if (!used.has(name)) used.set(name, locationOf(node));
}

/** Adds the class names of an expression that evaluates to a list of class names. */
function addExpression(node) {
  if (node === undefined || seen.has(node)) return;
  seen.add(node);
  if (ts.isStringLiteralLike(node)) addText(node.text, node);
  else if (ts.isTemplateExpression(node)) addTemplate(node);
  else if (ts.isConditionalExpression(node)) [node.whenTrue, node.whenFalse].forEach(addExpression);
  else if (ts.isBinaryExpression(node)) {
    const guards = node.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
    (guards ? [node.right] : [node.left, node.right]).forEach(addExpression);
  } else if (ts.isIdentifier(node)) addDeclarations(node);
  else if (ts.isObjectLiteralExpression(node)) {
    for (const property of node.properties) addExpression(property.initializer);
  } else if (ts.isArrayLiteralExpression(node)) node.elements.forEach(addExpression);
  else if (ts.isArrowFunction(node) || ts.isFunctionExpression(node) || ts.isFunctionDeclaration(node))
    addReturned(node.body);
  // `a.b`, `a[b]`, `a(b)`, `(a)`, `a as B`: all class names of `a`.
  else if ("expression" in node) addExpression(node.expression);
}

function addTemplate(template) {
  if (template.head.text === SCOPE_PREFIX) return;
  const texts = [template.head, ...template.templateSpans.map(({ literal }) => literal)];
  for (const [index, text] of texts.entries()) {
    addText(text.text, text);
    const joinsBefore = index > 0 && /^\S/.test(text.text);
    const joinsAfter = index < texts.length - 1 && /\S$/.test(text.text);
    if (joinsBefore || joinsAfter)
      problems.push(`${locationOf(text)}: a class name is put together from parts`);
  }
  for (const { expression } of template.templateSpans) addExpression(expression);
}

function declarationsOf(node) {
  let symbol = checker.getSymbolAtLocation(node);
  if (symbol && symbol.flags & ts.SymbolFlags.Alias) symbol = checker.getAliasedSymbol(symbol);
  return symbol?.declarations ?? [];
}

function addDeclarations(identifier) {
  for (const declaration of declarationsOf(identifier))
    addExpression(ts.isFunctionDeclaration(declaration) ? declaration : declaration.initializer);
}

function addReturned(body) {
  if (!ts.isBlock(body)) return addExpression(body);
  const visit = (node) => {
    if (ts.isReturnStatement(node)) addExpression(node.expression);
    else if (!ts.isFunctionLike(node)) ts.forEachChild(node, visit);
  };
  ts.forEachChild(body, visit);
}

/** Visits the expressions that are used as class names. */
function visit(node) {
  if (ts.isJsxAttribute(node) && CLASS_NAME.test(node.name.getText())) {
    addExpression(node.initializer);
  } else if (ts.isPropertyAssignment(node) || ts.isBindingElement(node) || ts.isParameter(node)) {
    if (CLASS_NAME.test(node.name.getText())) addExpression(node.initializer);
  } else if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    if (ts.isPropertyAccessExpression(node.left) && node.left.name.text === "className")
      addExpression(node.right);
  } else if (ts.isCallExpression(node)) {
    if (/\.classList\.(add|toggle)$/.test(node.expression.getText())) addExpression(node.arguments[0]);
    const [declaration] = ts.isIdentifier(node.expression) ? declarationsOf(node.expression) : [];
    for (const [index, parameter] of (declaration?.parameters ?? []).entries())
      if (CLASS_NAME.test(parameter.name.getText())) addExpression(node.arguments[index]);
  }
  ts.forEachChild(node, visit);
}

for (const file of program.getSourceFiles())
  if (file.fileName.startsWith(join(frontend, "src/")) && !/\.(test|d)\.tsx?$/.test(file.fileName))
    visit(file);

const styles = await compile(await readFile(stylesPath, "utf8"), {
  base: dirname(stylesPath),
  loadStylesheet: async (id, base) => {
    const path =
      id === "tailwindcss" ? fileURLToPath(import.meta.resolve("tailwindcss/index.css")) : join(base, id);
    return { path, base: dirname(path), content: await readFile(path, "utf8") };
  },
});
const css = styles.build([...used.keys()]);
const styled = new Set(
  [...css.matchAll(/\.((?:\\.|[\w-]|\P{ASCII})+)/gu)].map(([, name]) => name.replace(/\\(.)/g, "$1")),
);
for (const [name, where] of used)
  if (!styled.has(name) && !MARKER.test(name)) problems.push(`${where}: no CSS for the class "${name}"`);

if (problems.length > 0) {
  console.error(problems.join("\n"));
  process.exitCode = 1;
}
