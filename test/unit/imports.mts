/** The imports between files. */
import ts from 'typescript';

/** Texts by paths, as `nodes/LeadSquared/api/lead.ts`. */
export type Files = Record<string, string>;

export interface Import {
	from: string;
	/** A file of these, or the name of a package. */
	to: string;
	/** The names of what is there when the code runs; `*` is everything. */
	values: string[];
	types: string[];
}

/** Every import, of types as well. */
export function importsOf(files: Files): Import[] {
	return Object.entries(files).flatMap(([from, text]) =>
		readImports(from, text).map(({ specifier, ...names }) => ({
			from,
			to: specifier.startsWith('.') ? resolve(from, specifier, files) : specifier,
			...names,
		})),
	);
}

function resolve(from: string, specifier: string, files: Files): string {
	const parts = from.split('/').slice(0, -1);
	for (const part of specifier.split('/')) {
		if (part === '..') parts.pop();
		else if (part !== '.') parts.push(part);
	}
	const path = parts.join('/');
	const found = [path, `${path}.ts`, `${path}/index.ts`].find((each) => each in files);
	if (!found) throw new Error(`${from} imports ${specifier}, which is none of these files`);
	return found;
}

type Names = Pick<Import, 'values' | 'types'> & { specifier: string };

function readImports(path: string, text: string): Names[] {
	const found: Names[] = [];
	const add = (specifier: ts.Node | undefined, names: Partial<Names>) => {
		if (!specifier || !ts.isStringLiteralLike(specifier)) return;
		found.push({ specifier: specifier.text, values: [], types: [], ...names });
	};
	const visit = (node: ts.Node): void => {
		if (ts.isImportDeclaration(node)) {
			add(node.moduleSpecifier, readClause(node.importClause));
		} else if (ts.isExportDeclaration(node)) {
			add(node.moduleSpecifier, node.isTypeOnly ? { types: ['*'] } : { values: ['*'] });
		} else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
			add(node.argument.literal, { types: ['*'] });
		} else if (ts.isExternalModuleReference(node)) {
			add(node.expression, { values: ['*'] });
		} else if (ts.isCallExpression(node) && isImport(node.expression)) {
			add(node.arguments[0], { values: ['*'] });
		}
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
	return found;
}

/** `import(…)` or `require(…)`. */
function isImport(called: ts.Expression): boolean {
	return (
		called.kind === ts.SyntaxKind.ImportKeyword ||
		(ts.isIdentifier(called) && called.text === 'require')
	);
}

function readClause(clause: ts.ImportClause | undefined): Partial<Names> {
	if (!clause) return { values: ['*'] };
	const { name, namedBindings: bindings } = clause;
	const elements = bindings && ts.isNamedImports(bindings) ? [...bindings.elements] : [];
	const nameOf = (each: ts.ImportSpecifier) => (each.propertyName ?? each.name).text;
	const whole = [
		...(name ? ['default'] : []),
		...(bindings && ts.isNamespaceImport(bindings) ? ['*'] : []),
	];
	if (clause.isTypeOnly) return { types: [...whole, ...elements.map(nameOf)] };
	return {
		values: [...whole, ...elements.filter((each) => !each.isTypeOnly).map(nameOf)],
		types: elements.filter((each) => each.isTypeOnly).map(nameOf),
	};
}
