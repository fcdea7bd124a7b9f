/** Something the user entered cannot be used. `message` says what, `description` how to mend it. */
export class InvalidInput extends Error {
	readonly description: string;

	constructor(message: string, description: string) {
		super(message);
		this.description = description;
	}
}
