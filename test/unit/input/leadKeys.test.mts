import { keyKind } from '../../../nodes/LeadSquared/input/leadKeys';

it.each([
	['0acb9356-bcd1-4128-b63a-97f52cb8cc3c', 'id'],
	['https://in21.leadsquared.com/LeadDetails?LeadID=0acb9356-bcd1-4128-b63a-97f52cb8cc3c', 'id'],
	['ann@example.com', 'email'],
	['Ann Lee <ann@example.com>', 'email'],
	['mailto:ann@example.com', 'email'],
	['+91-9876543210', 'phone'],
	['+123 456', 'phone'],
	['(0987) 654-3210', 'phone'],
	['9.87654321E9', 'phone'],
	['tel:9876543210', 'phone'],
	// A lead number, a damaged lead ID, names and others.
	['1234567', undefined],
	['12345678-1234-1234-1234-12345678901', undefined],
	['Ann Lee', undefined],
	['ann@', undefined],
	['ann@example.com, bob@example.com', undefined],
	['2026-05-01', undefined],
	['', undefined],
])('%j is %s', (text, kind) => expect(keyKind(text)).toBe(kind));
