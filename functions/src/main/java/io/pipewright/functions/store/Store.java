package io.pipewright.functions.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.wire.Codec;
import io.pipewright.functions.wire.Json;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.execution.Plan;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;
import software.amazon.awssdk.services.codepipeline.model.Result;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3Client;

/** Reads and writes everything that Pipewright remembers. Times are epoch milliseconds. */
public final class Store {
    private static final String REVISION = "rev";
    private static final String DATA = "data";
    private static final String STATUS = "status";
    private static final int CACHED_VERSIONS = 500;

    /** Compressed declarations above this lie in S3: an item ends at 400 KB. */
    private static final int LARGEST_IN_TABLE = 300 * 1024;
    /** How much longer than history lasts an item may be needed: the longest that an execution waits for a person. */
    private static final long MARGIN_DAYS = 60;

    /** How long word of unknown work is kept: far longer than an action takes to be written down. */
    private static final Duration EARLY_EVENTS = Duration.ofDays(1);

    /** How long the answer to a stack's request is kept: far longer than Lambda keeps an event. */
    private static final Duration REPEATED_REQUESTS = Duration.ofDays(7);

    private final Table table;
    private final Supplier<S3Client> s3;
    private final Config config;
    private final Map<String, PipelineVersion> versions = new ConcurrentHashMap<>();

    /**
     * Where and how long things are kept.
     *
     * @param bucket for declarations too large for the table
     * @param historyDays how long executions stay in the history
     */
    public record Config(String table, String bucket, long historyDays, Clock clock) { }

    public Store(DynamoDbClient dynamo, Supplier<S3Client> s3, Config config) {
        this.table = new Table(dynamo, config.table());
        this.s3 = s3;
        this.config = config;
    }

    /** History ends by the table's time to live. */
    private Item kept(Item item) {
        long days = config.historyDays() + MARGIN_DAYS;
        return item.with("ttl", config.clock().instant().plus(Duration.ofDays(days)).getEpochSecond());
    }

    /** Creates the table where nobody provisions it. */
    public void createTableIfMissing() {
        table.createIfMissing();
    }

    // The directory of pipelines

    public Optional<PipelineEntry> entry(String name) {
        return table.get(Key.name(name)).map(Store::entry);
    }

    /** Takes the name; false when it is taken. */
    public boolean register(PipelineEntry entry) {
        return table.putIfAbsent(item(entry));
    }

    /** Replaces the line of an earlier version of the same generation; false when there is none any more. */
    public boolean update(PipelineEntry entry) {
        while (true) {
            Optional<Item> known = table.get(Key.name(entry.name()))
                    .filter(item -> item.text("gen").equals(entry.generation()))
                    .filter(item -> item.number("version") < entry.version());
            if (known.isEmpty()) {
                return false;
            }
            if (table.putIf(item(entry), "version", known.get().attributes().get("version"))) {
                return true;
            }
        }
    }

    /** Gives the name free if it belongs to this generation. */
    public void unregister(PipelineEntry entry) {
        table.deleteIf(Key.name(entry.name()), "gen", Table.string(entry.generation()));
    }

    /** Pipelines by name. */
    public Page<PipelineEntry> entries(Optional<String> after, int limit) {
        Table.Page page = table.query(Key.name("").pk(), "", true, after, limit);
        return new Page<>(page.items().stream().map(Store::entry).toList(), page.next());
    }

    private static Item item(PipelineEntry entry) {
        return Item.at(Key.name(entry.name())).with("gen", entry.generation()).with("version", entry.version())
                .with("type", entry.type().toString()).with("mode", entry.mode().toString())
                .with("created", entry.created()).with("updated", entry.updated());
    }

    private static PipelineEntry entry(Item item) {
        return new PipelineEntry(item.key().sk(), item.text("gen"), (int) item.number("version"),
                PipelineType.fromValue(item.text("type")), ExecutionMode.fromValue(item.text("mode")),
                item.number("created"), item.number("updated"));
    }

    // Versions of declarations

    /** Writes a version for the first time; false when its number is taken. */
    public boolean putVersion(PipelineVersion version) {
        return table.putIfAbsent(item(version));
    }

    /** Writes a version over one that was written before {@code before} and never came into force; false when it is younger. */
    public boolean replaceVersion(PipelineVersion version, long before) {
        Optional<Item> known = table.get(Key.version(version.generation(), version.version()));
        long created = known.map(item -> item.number("created")).orElse(0L);
        boolean replaced = known.isPresent() && created < before
                && table.putIf(item(version), "created", Table.number(created));
        if (replaced) {
            versions.remove(cached(version.generation(), version.version()));
        }
        return replaced;
    }

    private Item item(PipelineVersion version) {
        SdkBytes declaration = compressed(Codec.write(version.declaration()));
        Item item = Item.at(Key.version(version.generation(), version.version()))
                .with("machine", version.machine())
                .with("created", version.created());
        if (declaration.asByteArrayUnsafe().length <= LARGEST_IN_TABLE) {
            return item.with("declaration", AttributeValue.fromB(declaration));
        }
        String object = "declarations/" + version.generation() + "/" + version.version() + "-" + version.created() + ".json.gz";
        s3.get().putObject(request -> request.bucket(config.bucket()).key(object),
                RequestBody.fromBytes(declaration.asByteArrayUnsafe()));
        return item.with("object", object);
    }

    private static String cached(String generation, int version) {
        return generation + "#" + version;
    }

    private SdkBytes declaration(Item item) {
        AttributeValue inTable = item.attributes().get("declaration");
        return inTable != null ? inTable.b() : SdkBytes.fromByteArrayUnsafe(s3.get().getObjectAsBytes(
                request -> request.bucket(config.bucket()).key(item.text("object"))).asByteArrayUnsafe());
    }

    /** A version; it never changes, so it is read once. */
    public Optional<PipelineVersion> version(String generation, int version) {
        String cached = cached(generation, version);
        PipelineVersion known = versions.get(cached);
        if (known != null) {
            return Optional.of(known);
        }
        Optional<PipelineVersion> read = table.get(Key.version(generation, version)).map(item -> version(
                generation, version,
                Codec.read(PipelineDeclaration::builder, expanded(declaration(item))),
                item.text("machine"), item.number("created")));
        if (versions.size() > CACHED_VERSIONS) {
            versions.clear();
        }
        read.ifPresent(found -> versions.put(cached, found));
        return read;
    }

    /** The version's record with the plan that follows from the declaration. */
    public static PipelineVersion version(
            String generation, int version, PipelineDeclaration declaration, String machine, long created) {
        return new PipelineVersion(generation, version, declaration, plan(declaration), machine, created);
    }

    private static Plan plan(PipelineDeclaration declaration) {
        return new Plan(declaration.stages().stream().map(Store::plan).toList());
    }

    private static Plan.Stage plan(StageDeclaration stage) {
        List<List<Integer>> groups = Declarations.groups(stage).stream().map(group -> group.actions()).toList();
        List<Integer> approvals = new ArrayList<>();
        for (int i = 0; i < stage.actions().size(); i++) {
            if (stage.actions().get(i).actionTypeId().category() == ActionCategory.APPROVAL) {
                approvals.add(i);
            }
        }
        return new Plan.Stage(stage.name(), groups, approvals.stream().collect(Collectors.toUnmodifiableSet()),
                automaticRetry(stage));
    }

    private static Optional<StageRetryMode> automaticRetry(StageDeclaration stage) {
        if (stage.onFailure() == null || stage.onFailure().result() != Result.RETRY) {
            return Optional.empty();
        }
        return Optional.of(Optional.ofNullable(stage.onFailure().retryConfiguration())
                .map(configuration -> configuration.retryMode()).orElse(StageRetryMode.FAILED_ACTIONS));
    }

    private static SdkBytes compressed(JsonNode json) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            Json.mapper().writeValue(gzip, json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SdkBytes.fromByteArrayUnsafe(bytes.toByteArray());
    }

    private static JsonNode expanded(SdkBytes bytes) {
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(bytes.asByteArrayUnsafe()))) {
            return Json.mapper().readTree(gzip);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // The pipeline's aggregate

    public Optional<PipelineRecord> pipeline(String generation) {
        return table.get(Key.pipelineItem(generation)).map(item -> new PipelineRecord(
                item.number(REVISION), generation, item.text("name"), StateJson.pipeline(data(item)),
                item.number("created"), item.optionalText("by").orElse(""), item.number("due")));
    }

    /** Writes a pipeline for the first time. */
    public void create(PipelineRecord record) {
        table.put(item(record));
    }

    /** Writes it if nobody else has since {@code record} was read; returns what is stored now, empty when somebody has. */
    public Optional<PipelineRecord> save(PipelineRecord record) {
        PipelineRecord next = record.next();
        return table.putIf(item(next), REVISION, Table.number(record.revision()))
                ? Optional.of(next) : Optional.empty();
    }

    private static Item item(PipelineRecord record) {
        return Item.at(Key.pipelineItem(record.generation())).with(REVISION, record.revision())
                .with("name", record.name()).with(DATA, text(StateJson.write(record.state())))
                .with("created", record.created()).with("by", record.createdBy()).with("due", record.due());
    }

    // The execution's aggregate

    public Optional<RunRecord> run(String run) {
        return table.get(Key.runItem(run)).map(Store::run);
    }

    /** Several executions at once, by id; unknown ones are left out. */
    public Map<String, RunRecord> runs(List<String> runs) {
        Map<String, RunRecord> found = new HashMap<>();
        for (Item item : table.getAll(runs.stream().map(Key::runItem).toList())) {
            RunRecord record = run(item);
            found.put(record.state().run(), record);
        }
        return found;
    }

    /** Writes an execution for the first time; false when it is there already. */
    public boolean create(RunRecord record) {
        return table.putIfAbsent(kept(item(record)));
    }

    /** Writes it if nobody else has since {@code record} was read; returns what is stored now, empty when somebody has. */
    public Optional<RunRecord> save(RunRecord record) {
        RunRecord next = record.next();
        return table.putIf(kept(item(next)), REVISION, Table.number(record.revision()))
                ? Optional.of(next) : Optional.empty();
    }

    private static Item item(RunRecord record) {
        ObjectNode around = Json.mapper().createObjectNode();
        RecordJson.texts(around, "variables", record.variables());
        if (!record.overrides().isEmpty()) {
            around.set("overrides", RecordJson.overrides(record.overrides()));
        }
        if (!record.revisions().isEmpty()) {
            around.set("revisions", RecordJson.revisions(record.revisions()));
        }
        Item item = Item.at(Key.runItem(record.state().run())).with(REVISION, record.revision())
                .with("gen", record.generation()).with("name", record.pipeline())
                .with(DATA, text(StateJson.write(record.state())))
                .with("trigger", record.triggerType().toString()).with("detail", record.triggerDetail())
                .with("due", record.due());
        return around.isEmpty() ? item : item.with("around", text(around));
    }

    private static RunRecord run(Item item) {
        JsonNode around = item.optionalText("around").map(Store::parsed).orElseGet(Json.mapper()::createObjectNode);
        return new RunRecord(
                item.number(REVISION), item.text("gen"), item.text("name"), StateJson.run(data(item)),
                TriggerType.fromValue(item.text("trigger")), item.text("detail"),
                RecordJson.texts(around.path("variables")), RecordJson.overrides(around.path("overrides")),
                RecordJson.revisions(around.path("revisions")), item.number("due"));
    }

    /** Lets ListPipelineExecutions find the execution. */
    public void list(RunRecord record) {
        table.put(kept(Item.at(Key.runPointer(record.generation(), record.state().number()))
                .with("run", record.state().run())));
    }

    /** Executions of a pipeline, newest start number first. */
    public Page<RunRecord> runs(String generation, Optional<String> after, int limit) {
        Table.Page page = table.query(Key.pipeline(generation), "R#", false, after, limit);
        List<String> ids = page.items().stream().map(item -> item.text("run")).toList();
        Map<String, RunRecord> runs = runs(ids);
        return new Page<>(ids.stream().filter(runs::containsKey).map(runs::get).toList(), page.next());
    }

    /** Binds a client request token to an execution; answers the one that it is bound to, which may be an earlier one. */
    public String bindClientToken(String generation, String token, String run) {
        Key key = Key.clientToken(generation, token);
        return table.putIfAbsent(kept(Item.at(key).with("run", run)))
                ? run
                : table.get(key).orElseThrow().text("run");
    }

    public Optional<String> boundTo(String generation, String clientToken) {
        return table.get(Key.clientToken(generation, clientToken)).map(item -> item.text("run"));
    }

    // Action executions

    /**
     * Writes an action execution that has just started, unless it is there already. The pipeline's history points to it first: who
     * finds the record after a crash doesn't come back for the pointer.
     */
    public void start(String generation, ActionRecord action) {
        table.put(kept(Item.at(Key.actionPointer(generation, action.startedAt(), action.id())).with("run", action.run())));
        table.putIfAbsent(kept(item(action)));
    }

    /** Replaces the record of an action that is still in progress; false when it has ended meanwhile. */
    public boolean saveWhileInProgress(ActionRecord action) {
        return table.putIf(kept(item(action)), STATUS,
                Table.string(software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus.IN_PROGRESS
                        .toString()));
    }

    /** Replaces the record whatever it says: what the execution decided holds. */
    public void save(ActionRecord action) {
        table.put(kept(item(action)));
    }

    public Optional<ActionRecord> action(String run, long startedAt, String id) {
        return table.get(Key.action(run, startedAt, id)).map(Store::action);
    }

    /** All action executions of a pipeline execution, newest start first. */
    public List<ActionRecord> actions(String run) {
        return table.all(Key.run(run), "X#", false).stream().map(Store::action).toList();
    }

    /** A page of them. */
    public Page<ActionRecord> actions(String run, Optional<String> after, int limit) {
        Table.Page page = table.query(Key.run(run), "X#", false, after, limit);
        return new Page<>(page.items().stream().map(Store::action).toList(), page.next());
    }

    /** Action executions of a whole pipeline, newest start first. */
    public Page<ActionRecord> actionsOfPipeline(String generation, Optional<String> after, int limit) {
        Table.Page page = table.query(Key.pipeline(generation), "X#", false, after, limit);
        List<Key> keys = page.items().stream()
                .map(item -> new Key(Key.run(item.text("run")), item.key().sk())).toList();
        Map<String, ActionRecord> found = new HashMap<>();
        table.getAll(keys).forEach(item -> found.put(item.key().sk(), action(item)));
        return new Page<>(keys.stream().map(Key::sk).filter(found::containsKey).map(found::get).toList(),
                page.next());
    }

    private static Item item(ActionRecord action) {
        return Item.at(Key.action(action.run(), action.startedAt(), action.id()))
                .with(STATUS, action.status().toString()).with(DATA, text(RecordJson.write(action)));
    }

    private static ActionRecord action(Item item) {
        return RecordJson.action(data(item));
    }

    // Task tokens

    /** @param action position in the stage, -1 for the gate in front of it */
    public void putToken(String run, int attempt, int stage, int action, String token) {
        table.put(kept(Item.at(Key.token(run, attempt, stage, action)).with("token", token)));
    }

    public Optional<String> token(String run, int attempt, int stage, int action) {
        return table.get(Key.token(run, attempt, stage, action)).map(item -> item.text("token"));
    }

    // Where events belong

    /** The action execution behind a provider's id. */
    public record ExternalWork(String run, long startedAt, String actionId) { }

    public void putExternal(String provider, String id, ExternalWork work) {
        table.put(kept(Item.at(Key.external(provider, id)).with("run", work.run())
                .with("started", work.startedAt()).with("action", work.actionId())));
    }

    public Optional<ExternalWork> external(String provider, String id) {
        return table.get(Key.external(provider, id)).map(item -> new ExternalWork(
                item.text("run"), item.number("started"), item.text("action")));
    }

    /** Keeps word of a provider's work that no action is known for yet. */
    public void putEarly(String provider, String id) {
        table.put(Item.at(Key.early(provider, id))
                .with("ttl", config.clock().instant().plus(EARLY_EVENTS).getEpochSecond()));
    }

    public boolean hasEarly(String provider, String id) {
        return table.get(Key.early(provider, id)).isPresent();
    }

    // Jobs

    public void put(Job job) {
        table.put(kept(item(job)));
    }

    public Optional<Job> job(String id) {
        return table.get(Key.job(id)).map(item -> RecordJson.job(data(item)));
    }

    /**
     * The job that an action waits for.
     *
     * @param handedOver whether its worker has certainly been told of it
     */
    public record CurrentJob(String id, boolean handedOver) { }

    public Optional<CurrentJob> currentJob(String actionId) {
        return table.get(Key.currentJob(actionId)).map(item -> new CurrentJob(
                item.text("job"), item.optionalText("handed").isPresent()));
    }

    /** Lets an action wait for a job, in place of the one that it waited for; false when it doesn't wait for that one. */
    public boolean waitFor(Job job, Optional<String> insteadOf) {
        Item item = kept(Item.at(Key.currentJob(job.actionId())).with("job", job.id()));
        return insteadOf.isPresent()
                ? table.putIf(item, "job", Table.string(insteadOf.get())) : table.putIfAbsent(item);
    }

    /** Writes down that the job's worker has been told. */
    public void handedOver(Job job) {
        table.putIf(kept(Item.at(Key.currentJob(job.actionId())).with("job", job.id()).with("handed", "yes")),
                "job", Table.string(job.id()));
    }

    /** Gives an unanswered job its answer; false when it has one. */
    public boolean answer(Job answered) {
        return table.putIf(kept(item(answered)), STATUS, Table.string("open"));
    }

    private static Item item(Job job) {
        return Item.at(Key.job(job.id())).with(STATUS, job.result().isPresent() ? "answered" : "open")
                .with(DATA, text(RecordJson.write(job)));
    }

    // Approval links

    /** The approval that a link decides; only a hash of the link's token is stored. */
    public record ApprovalLink(String run, long startedAt, String actionId, long expires) { }

    public void putLink(String tokenHash, ApprovalLink link) {
        table.put(kept(Item.at(Key.link(tokenHash)).with("run", link.run()).with("started", link.startedAt())
                .with("action", link.actionId()).with("expires", link.expires())));
    }

    public Optional<ApprovalLink> link(String tokenHash) {
        return table.get(Key.link(tokenHash)).map(item -> new ApprovalLink(
                item.text("run"), item.number("started"), item.text("action"), item.number("expires")));
    }

    // Requests of CloudFormation

    /** Keeps what a stack was told, for as long as its request may be repeated. */
    public void put(String stackId, String requestId, StackAnswer answer) {
        table.put(Item.at(Key.stackRequest(stackId, requestId)).with(STATUS, answer.succeeded() ? "succeeded" : "failed")
                .with("id", answer.physicalId()).with("reason", answer.reason())
                .with("ttl", config.clock().instant().plus(REPEATED_REQUESTS).getEpochSecond()));
    }

    public Optional<StackAnswer> stackAnswer(String stackId, String requestId) {
        return table.get(Key.stackRequest(stackId, requestId)).map(item -> new StackAnswer(
                item.text(STATUS).equals("succeeded"), item.text("id"), item.text("reason")));
    }

    // Who listens to what

    public void put(Listener listener) {
        table.put(item(listener));
        table.put(Item.at(Key.listensTo(listener.generation(), listener.source(), listener.action())));
    }

    /** Replaces what is stored of one that still listens and has heard of nothing newer meanwhile; says whether that is so. */
    public boolean saveWhileListening(Listener listener) {
        Item item = item(listener);
        return listener.sequence().isPresent() ? table.putIfNotBehind(item, "listening", Table.number(1), "sequence")
                : table.putIf(item, "listening", Table.number(1));
    }

    private static Item item(Listener listener) {
        Item item = Item.at(Key.listener(listener.source(), listener.generation(), listener.action()))
                .with("gen", listener.generation()).with("name", listener.pipeline())
                .with("action", listener.action()).with("listening", listener.listening() ? 1 : 0)
                .with("looked", listener.lookedAt());
        item = with(item, "seen", listener.revision());
        item = with(item, "sequence", listener.sequence());
        item = with(item, "code", listener.errorCode());
        return with(item, "message", listener.errorMessage());
    }

    private static Item with(Item item, String name, Optional<String> value) {
        return value.isPresent() ? item.with(name, value.get()) : item;
    }

    /** Everyone who listens, or has listened, to a source. */
    public List<Listener> listeners(String source) {
        return table.all(Key.source(source), "", true).stream().map(item -> listener(source, item)).toList();
    }

    public Optional<Listener> listener(String source, String generation, String action) {
        return table.get(Key.listener(source, generation, action)).map(item -> listener(source, item));
    }

    /** Everything that a pipeline listens, or has listened, to. */
    public List<Listener> listenersOf(String generation) {
        List<Listener> listeners = new ArrayList<>();
        for (Item item : table.all(Key.pipeline(generation), "L#", true)) {
            String[] parts = item.key().sk().substring(2).split("\\|", 2);
            listener(parts[1], generation, parts[0]).ifPresent(listeners::add);
        }
        return listeners;
    }

    public void delete(Listener listener) {
        table.delete(Key.listener(listener.source(), listener.generation(), listener.action()));
        table.delete(Key.listensTo(listener.generation(), listener.source(), listener.action()));
    }

    private static Listener listener(String source, Item item) {
        return new Listener(source, item.text("gen"), item.text("name"), item.text("action"),
                item.optionalText("seen"), item.optionalText("sequence"), item.number("listening") == 1, item.optionalText("code"),
                item.optionalText("message"), item.number("looked"));
    }

    // Due items

    public void putDue(Due due) {
        table.put(Item.at(Key.due(due.at(), due.kind(), due.id())));
    }

    public void deleteDue(Due due) {
        table.delete(Key.due(due.at(), due.kind(), due.id()));
    }

    /** Reminders due before {@code bound}, oldest first in each shard. */
    public List<Due> dueBefore(long bound, int limitPerShard) {
        List<Due> due = new ArrayList<>();
        for (int shard = 0; shard < Key.SHARDS; shard++) {
            Table.Page page = table.queryBelow(
                    Key.dueShard(shard), Key.dueBefore(bound), limitPerShard);
            page.items().forEach(item -> due.add(due(item.key().sk())));
        }
        return due;
    }

    private static Due due(String sk) {
        String[] parts = sk.split("#", 3);
        return new Due(Long.parseLong(parts[0]), DueKind.valueOf(parts[1]), parts[2]);
    }

    private static JsonNode data(Item item) {
        return parsed(item.text(DATA));
    }

    private static JsonNode parsed(String text) {
        try {
            return Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(JsonNode json) {
        return json.toString();
    }
}
