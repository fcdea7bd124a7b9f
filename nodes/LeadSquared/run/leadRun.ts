import type { IExecuteFunctions, INodeExecutionData, NodeError } from 'n8n-workflow';
import { ID_COLUMN, type Lead } from '../api/leads';
import { type Column } from '../api/metadata';
import { count, pluralOf } from '../base/text';
import { accountColumns } from '../columns/accountColumns';
import { columnsToRequest, labelReader, mayHaveLabels } from '../columns/labels';
import { leadShape, type ShapeOptions } from '../columns/shape';
import { isDocumented } from '../api/standardColumns';
import { type LeadRequest, type LeadSettings, needsMetadata } from '../input/leadSettings';
import { nodeOf } from '../input/node';
import type { Client } from '../transport/client';
import type { Outcome } from '../transport/outcome';
import { LeadItems, type LeadForm } from './leadItems';
import { asNodeError, metadataError, NO_METADATA } from './messages';
import {
	addHint,
	commonHints,
	type ColumnsNotReturned,
	logLine,
	maskedHint,
	receipt,
	runLine,
	type Summary,
} from './report';
import { combineErrors, inputErrors, type ItemError, unusableInput } from './itemErrors';
import { fieldsOfErrorItem, withErrorItems } from './items';
import type { Run } from './run';
import { fetchWebAddress } from './webAddress';

/** The results of an operation that returns leads. */
interface Fetched extends Summary {
	/** The failure that ends the execution, if there is one. */
	stopping?: NodeError;
	/** Columns that were not returned. */
	columns: ColumnsNotReturned;
	/** The operation's own hints. */
	hints: string[];
	/** Whether a lead may be returned more than once. */
	mayRepeat: boolean;
}

/** A kind of records, and what is known of their columns. */
export interface RecordKind {
	/** The word for a record, such as `opportunity`. */
	unit: string;
	/** The columns that every record has, its ID first. */
	always: string[];
	/** The settings of records that have the same columns share a name. */
	typeOf(settings: LeadSettings): string;
	/** Reads the columns of the records with these settings. */
	readColumns(
		client: Client,
		settings: LeadSettings,
		options: { withChoices: boolean },
	): Promise<Outcome<Column[]>>;
	/** Makes the function that converts a record; undefined if there is nothing to convert. */
	shape(options: ShapeOptions, columns: Column[]): ((record: Lead) => Lead) | undefined;
}

const LEADS: RecordKind = {
	unit: 'lead',
	always: [ID_COLUMN],
	typeOf: () => '',
	readColumns: async (client, _settings, options) => await accountColumns(client, options),
	shape: leadShape,
};

/**
 * One execution of an operation that returns leads: requests in, the operation's calls, then items and
 * hints out.
 */
export class LeadRun<Request extends LeadRequest> {
	/** The account's columns; may be empty if no request needs them. */
	metadata: Column[] = [];
	/** The usable requests, in the order of the input items. */
	requests: Request[] = [];
	private readonly forms = new Map<LeadSettings, LeadForm>();
	private readonly errors: ItemError[] = [];
	private readonly beganAt: number;
	private summary!: Summary;

	private constructor(
		readonly context: IExecuteFunctions,
		readonly client: Client,
		private readonly all: Request[],
		private readonly kind: RecordKind,
	) {
		this.beganAt = client.clock.now();
	}

	/**
	 * Reports the input that cannot be used, connects to the account, and reads the account's columns if a
	 * request needs them.
	 *
	 * @param unit what progress counts, such as `lead IDs`
	 * @param options needsTypes: whether a request needs types and choices of columns to check a value;
	 * isUsable: whether a request with a fault can be used in part; kind: the records, if they are not leads
	 * @throws NodeOperationError for input that cannot be used, before any call, and NodeApiError if the
	 * account's columns cannot be read, if the node stops at a failure
	 */
	static async open<Request extends LeadRequest>(
		execution: Run,
		all: Request[],
		unit: string,
		{
			needsTypes = false,
			isUsable = ({ fault }) => !fault,
			kind = LEADS,
		}: {
			needsTypes?: boolean;
			isUsable?: (request: Request) => boolean;
			kind?: RecordKind;
		} = {},
	): Promise<LeadRun<Request>> {
		const { context } = execution;
		const faults = inputErrors(execution, all);
		const settings = [...new Set(all.map((request) => request.settings))];
		const maxWaitMs = settings[0].values.options.maxWaitMs;
		const run = new LeadRun(context, await execution.open(maxWaitMs, unit), all, kind);
		for (const fault of faults) run.errors.push(fault);
		await run.readMetadata(settings, needsTypes);
		const failed = new Set(run.errors.slice(faults.length).map(({ item }) => item));
		run.requests = all.filter((request) => isUsable(request) && !failed.has(request.item));
		return run;
	}

	/** The word for a record. */
	get unit(): string {
		return this.kind.unit;
	}

	/** The form of an input item's leads. */
	formOf({ settings }: LeadRequest): LeadForm {
		return this.forms.get(settings)!;
	}

	/** Reports the results, and opens the output. @throws the failure that stops the execution */
	async output(fetched: Fetched): Promise<LeadItems> {
		const { context, client, metadata, unit } = this;
		this.summary = { ...fetched, unit };
		const stopping = client.stopAtFailure ? fetched.stopping : undefined;
		const wanting = this.all.find(({ settings }) => settings.values.options.addLeadUrl);
		const address =
			wanting && !stopping && fetched.leads > 0
				? await fetchWebAddress(
						client.with({ maxWaitMs: wanting.settings.values.options.maxWaitMs }),
					)
				: undefined;
		// After a failure that ends the execution, the client makes no more calls.
		const columns = stopping ? metadata : await this.columnsForHints(fetched.columns);
		const common = commonHints(fetched.columns, client.account.limitReport, {
			address,
			columns,
			unit,
		});
		for (const message of [...fetched.hints, ...common]) {
			addHint(context, message, 'warning');
		}
		if (stopping) {
			this.log(this.summary);
			throw stopping;
		}
		return new LeadItems(context, { address, mayRepeat: fetched.mayRepeat, unit });
	}

	/** Returns the items, followed by the error items. @throws the errors that stop the execution */
	finish({ items, errors, missing, leads, different, masked }: LeadItems): INodeExecutionData[] {
		const { context, client } = this;
		for (const error of errors) this.errors.push(error);
		const failed = this.errors.length;
		const summary = { ...this.summary, leads, different, failed };
		this.log(summary);
		if (errors.length > 0 && client.stopAtFailure) {
			throw combineErrors(
				context,
				errors,
				(those) => `${count(those)} ${pluralOf(this.unit)} were not found`,
			);
		}
		if (masked.size > 0) addHint(context, maskedHint([...masked]), 'warning');
		const { calls } = client.account.traffic;
		const isOneOutput = nodeOf(context).onError !== 'continueErrorOutput';
		const output = { ...summary, missing, areFailedLast: isOneOutput && items.length > 0 };
		addHint(context, receipt(output, { calls, seconds: this.seconds }), 'info');
		const wantsFields = new Set(
			this.all
				.filter(({ settings }) => settings.values.options.includeInputFields)
				.map(({ item }) => item),
		);
		return withErrorItems(context, items, this.errors, (item) =>
			fieldsOfErrorItem(context, item, wantsFields.has(item)),
		);
	}

	private log(summary: Parameters<typeof runLine>[0]): void {
		const { context, client } = this;
		context.logger.info(logLine(context, runLine(summary, client.account, this.seconds)));
	}

	private get seconds(): number {
		return (this.client.clock.now() - this.beganAt) / 1000;
	}

	private fail(settings: LeadSettings[], errorOf: (item: number) => NodeError): void {
		for (const { items } of settings) {
			for (const item of items) this.errors.push({ item, error: errorOf(item) });
		}
	}

	/** Reads the columns of the records, if they are needed, and makes the forms. */
	private async readMetadata(all: LeadSettings[], needsTypes: boolean): Promise<void> {
		const usable = all.filter(({ fault }) => !fault);
		for (const type of new Set(usable.map(this.kind.typeOf))) {
			const settings = usable.filter((each) => this.kind.typeOf(each) === type);
			this.makeForms(settings, await this.readColumns(settings, needsTypes));
		}
	}

	private async readColumns(settings: LeadSettings[], needsTypes: boolean): Promise<Column[]> {
		const { context, client, kind } = this;
		const node = nodeOf(context);
		const inNeed = settings.filter(({ values }) => needsMetadata(values));
		const chosen = settings.flatMap(({ values }) => values.columns);
		if (inNeed.length === 0 && !needsTypes && !mayHaveLabels(chosen)) return [];
		// A name that may be a label is not worth a retry: LeadSquared reports a name that it does not know.
		const [first] = needsTypes ? settings : inNeed;
		const maxWaitMs = first?.values.options.maxWaitMs ?? 0;
		const outcome = await kind.readColumns(client.with({ maxWaitMs }), settings[0], {
			withChoices: needsTypes,
		});
		if (outcome.kind === 'ok' && outcome.value.length > 0) {
			this.metadata = outcome.value;
			return outcome.value;
		}
		// If the host does not answer, leads are not requested either.
		const failed = outcome.kind === 'unreachable' ? settings : inNeed;
		this.fail(failed, (item) =>
			outcome.kind === 'ok'
				? asNodeError(node, NO_METADATA, item)
				: metadataError(node, outcome, item),
		);
		if (failed.length > 0 && client.stopAtFailure) throw this.errors[0].error;
		return [];
	}

	private makeForms(settings: LeadSettings[], metadata: Column[]): void {
		const { context, client, kind } = this;
		const readLabels = metadata.length > 0 ? labelReader(metadata) : undefined;
		// Settings with the same columns share one list, and therefore their calls.
		const lists = new Map<string, string[]>();
		for (const each of settings) {
			const { columns: chosen, options } = each.values;
			try {
				const asked = columnsToRequest(chosen, metadata, readLabels, kind.always);
				const columns = lists.get(asked.join()) ?? asked;
				lists.set(asked.join(), columns);
				// A shape remembers the columns of the previous lead, so each form has its own.
				const shape = needsMetadata(each.values) ? kind.shape(options, metadata) : undefined;
				this.forms.set(each, { ...options, columns, shape });
			} catch (fault) {
				this.fail([each], (item) => asNodeError(nodeOf(context), fault, item));
			}
		}
		if (this.errors.length > 0 && client.stopAtFailure) throw unusableInput(context, this.errors);
	}

	/** Reads the columns for "did you mean", if the user runs the node by hand and a column was not returned. */
	private async columnsForHints({ unknown, absent }: ColumnsNotReturned): Promise<Column[]> {
		const { context, client, metadata } = this;
		const mayBeMisspelled = [...unknown, ...absent].some((name) => !isDocumented(name));
		if (!mayBeMisspelled || metadata.length > 0 || context.getMode() !== 'manual') return metadata;
		const { settings } = this.all.find(({ fault }) => !fault)!;
		const patient = client.with({ maxWaitMs: 0 });
		const outcome = await this.kind.readColumns(patient, settings, { withChoices: false });
		return outcome.kind === 'ok' ? outcome.value : [];
	}
}
