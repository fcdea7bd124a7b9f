import { showValue } from './text';

/** An input that cannot be used. `message` says what is wrong, `description` what to do. */
export class InvalidInput extends Error {
	readonly description: string;

	constructor(message: string, description: string) {
		super(message);
		this.description = description;
	}
}

/**
 * A value that something cannot have.
 *
 * @param label the parameter, option or column, as people see it
 * @param allowed a sentence that says which values it can have
 */
export const invalidValue = (label: string, value: unknown, allowed: string): InvalidInput =>
	new InvalidInput(`${label} cannot be ${showValue(value)}`, allowed);
