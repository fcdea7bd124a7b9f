import type { Column } from '../api/metadata';
import { firstFew } from '../base/text';
import { closest } from './labels';

const MAX_CHOICES = 10;

/**
 * Finds the value of a drop-down that a text names, in any case.
 *
 * @returns the account's spelling; the text itself if the account takes other values; undefined if no lead can
 * have it
 */
export function findChoice(
	text: string,
	{ choices = [], takesOtherValues }: Pick<Column, 'choices' | 'takesOtherValues'>,
): string | undefined {
	const normalize = (choice: string) => choice.trim().toLowerCase();
	return (
		choices.find((choice) => choice === text) ??
		choices.find((choice) => normalize(choice) === normalize(text)) ??
		(takesOtherValues ? text : undefined)
	);
}

/** The advice for a text that is not a value of a drop-down. */
export function choiceAdvice(text: string, choices: string[]): string {
	const meant = closest(text, choices, (choice) => [choice]);
	const question = meant === undefined ? '' : `Did you mean ${meant}? `;
	return `${question}Choose one of its values: ${firstFew(choices, ', ', MAX_CHOICES)}.`;
}
