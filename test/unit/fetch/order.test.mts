import { Order } from '../../../nodes/LeadSquared/fetch/order';

const row = (name: string, ...keys: string[]) => ({ name, keys });
const names = (rows: Iterable<{ name: string }>) => [...rows].map(({ name }) => name).join('');

it('returns rows first that share no key with an earlier one', () => {
	const [a, b, c, d, e] = [
		row('a', 'x'),
		row('b', 'x', 'y'),
		row('c', 'y'),
		row('d'),
		row('e', 'x'),
	];
	const order = new Order([a, b, c, d, e]);
	expect(names(order.ready)).toBe('ad');
	order.take([a, d]);
	expect(names(order.ready)).toBe('');
	order.done(a);
	expect(names(order.ready)).toBe('b');
	order.done(d);
	order.take([b]);
	order.done(b);
	expect(names(order.ready)).toBe('ce');
});

it('keeps returned rows in their place, before those that wait for them', () => {
	const [a, b, c] = [row('a', 'x'), row('b', 'x'), row('c', 'z')];
	const order = new Order([a, b, c]);
	order.take([a, c]);
	order.putBack(c);
	order.putBack(a);
	expect(names(order.ready)).toBe('ac');
	order.take([a]);
	order.done(a);
	expect(names(order.ready)).toBe('bc');
});

it('treats a row that names a key twice like one that names it once', () => {
	const [a, b] = [row('a', 'x', 'x'), row('b', 'x')];
	const order = new Order([a, b]);
	order.take([a]);
	order.done(a);
	expect(names(order.ready)).toBe('b');
});
