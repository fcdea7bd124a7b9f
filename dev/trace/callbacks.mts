import { globSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import ts from 'typescript';

/** A step in the path of a callback: a parameter, or a member of an object that is passed in. */
type Stop = ts.ParameterDeclaration | ts.PropertySignature | ts.MethodSignature;

/**
 * Finds callbacks that are passed on unchanged. The type checker says where each one goes.
 *
 * It does not see a callback inside an object that is passed on as a whole, a callback that a new
 * function wraps, or one that is kept in a variable.
 *
 * @returns how often callbacks are passed on, and the paths of those that are passed on more than once
 */
export function findHandedOn(folder: string): { times: number; ways: string[] } {
	const root = resolve(folder, 'LeadSquared');
	const program = ts.createProgram(globSync(`${root}/**/*.ts`), {
		target: ts.ScriptTarget.ES2022,
		moduleResolution: ts.ModuleResolutionKind.Node10,
		strict: true,
		types: ['node'],
		skipLibCheck: true,
	});
	const checker = program.getTypeChecker();
	const next = new Map<Stop, Set<Stop>>();
	let times = 0;

	const isOurs = (node: ts.Node) => !relative(root, node.getSourceFile().fileName).startsWith('..');
	const stopOf = (symbol?: ts.Symbol): Stop | undefined => {
		const declaration = symbol?.valueDeclaration;
		if (!declaration || !isOurs(declaration)) return undefined;
		if (ts.isBindingElement(declaration)) {
			const { propertyName, name, parent } = declaration;
			const key = (propertyName ?? name).getText();
			return stopOf(checker.getTypeAtLocation(parent).getProperty(key));
		}
		const isStop =
			ts.isParameter(declaration) ||
			ts.isPropertySignature(declaration) ||
			ts.isMethodSignature(declaration);
		return isStop ? declaration : undefined;
	};
	const isCallback = (node: ts.Node) =>
		checker.getNonNullableType(checker.getTypeAtLocation(node)).getCallSignatures().length > 0;
	const handOn = (
		value: ts.Expression,
		to?: ts.Symbol,
		symbol = checker.getSymbolAtLocation(value),
	) => {
		const from = isCallback(value) ? stopOf(symbol) : undefined;
		const target = stopOf(to);
		if (!from || !target || from === target) return;
		times++;
		next.set(from, (next.get(from) ?? new Set()).add(target));
	};
	const visit = (node: ts.Node): void => {
		if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
			const parameters = checker.getResolvedSignature(node)?.parameters ?? [];
			node.arguments?.forEach((argument, at) => handOn(argument, parameters[at]));
		} else if (ts.isObjectLiteralExpression(node)) {
			const type = checker.getContextualType(node);
			for (const member of node.properties) {
				const to = member.name && type?.getProperty(member.name.getText());
				if (ts.isPropertyAssignment(member)) handOn(member.initializer, to);
				if (ts.isShorthandPropertyAssignment(member)) {
					handOn(member.name, to, checker.getShorthandAssignmentValueSymbol(member));
				}
			}
		}
		ts.forEachChild(node, visit);
	};
	program.getSourceFiles().filter(isOurs).forEach(visit);

	const waysFrom = (stop: Stop, before: Stop[]): Stop[][] => {
		const way = [...before, stop];
		const onwards = [...(next.get(stop) ?? [])].filter((to) => !way.includes(to));
		return onwards.length > 0 ? onwards.flatMap((to) => waysFrom(to, way)) : [way];
	};
	const reached = new Set([...next.values()].flatMap((stops) => [...stops]));
	const nameOf = (stop: Stop) => {
		const isNamed = (node: ts.Node) => {
			const { name } = node as ts.NamedDeclaration;
			return name !== undefined && ts.isIdentifier(name);
		};
		const owner = ts.findAncestor(stop.parent, isNamed) as ts.NamedDeclaration | undefined;
		const file = relative(root, stop.getSourceFile().fileName);
		return `${owner?.name?.getText()}(${stop.name.getText()}) in ${file}`;
	};
	const ways = [...next.keys()]
		.filter((stop) => !reached.has(stop))
		.flatMap((stop) => waysFrom(stop, []))
		.filter((way) => way.length > 2)
		.map((way) => way.map(nameOf).join(' → '));
	return { times, ways };
}
