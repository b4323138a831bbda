package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.local.database.Database;
import io.pipewright.local.database.Database.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.CreateStateMachineRequest;
import software.amazon.awssdk.services.sfn.model.CreateStateMachineResponse;
import software.amazon.awssdk.services.sfn.model.DeleteStateMachineRequest;
import software.amazon.awssdk.services.sfn.model.DeleteStateMachineResponse;
import software.amazon.awssdk.services.sfn.model.DeleteStateMachineVersionRequest;
import software.amazon.awssdk.services.sfn.model.DeleteStateMachineVersionResponse;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionRequest;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.DescribeStateMachineRequest;
import software.amazon.awssdk.services.sfn.model.DescribeStateMachineResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.GetExecutionHistoryRequest;
import software.amazon.awssdk.services.sfn.model.GetExecutionHistoryResponse;
import software.amazon.awssdk.services.sfn.model.IncludedData;
import software.amazon.awssdk.services.sfn.model.ListExecutionsRequest;
import software.amazon.awssdk.services.sfn.model.ListExecutionsResponse;
import software.amazon.awssdk.services.sfn.model.ListStateMachineVersionsRequest;
import software.amazon.awssdk.services.sfn.model.ListStateMachineVersionsResponse;
import software.amazon.awssdk.services.sfn.model.ListStateMachinesRequest;
import software.amazon.awssdk.services.sfn.model.ListStateMachinesResponse;
import software.amazon.awssdk.services.sfn.model.ListTagsForResourceRequest;
import software.amazon.awssdk.services.sfn.model.ListTagsForResourceResponse;
import software.amazon.awssdk.services.sfn.model.PublishStateMachineVersionRequest;
import software.amazon.awssdk.services.sfn.model.PublishStateMachineVersionResponse;
import software.amazon.awssdk.services.sfn.model.SendTaskFailureRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskFailureResponse;
import software.amazon.awssdk.services.sfn.model.SendTaskHeartbeatRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskHeartbeatResponse;
import software.amazon.awssdk.services.sfn.model.SendTaskSuccessRequest;
import software.amazon.awssdk.services.sfn.model.SendTaskSuccessResponse;
import software.amazon.awssdk.services.sfn.model.StartExecutionRequest;
import software.amazon.awssdk.services.sfn.model.StartExecutionResponse;
import software.amazon.awssdk.services.sfn.model.StopExecutionRequest;
import software.amazon.awssdk.services.sfn.model.StopExecutionResponse;
import software.amazon.awssdk.services.sfn.model.UpdateStateMachineRequest;
import software.amazon.awssdk.services.sfn.model.UpdateStateMachineResponse;
import software.amazon.awssdk.services.sfn.model.ValidateStateMachineDefinitionDiagnostic;
import software.amazon.awssdk.services.sfn.model.ValidateStateMachineDefinitionRequest;
import software.amazon.awssdk.services.sfn.model.ValidateStateMachineDefinitionResponse;
import software.amazon.awssdk.services.sfn.model.ValidateStateMachineDefinitionResultCode;
import software.amazon.awssdk.services.sfn.model.ValidateStateMachineDefinitionSeverity;

/**
 * Step Functions on the local database: Standard machines whose executions survive {@code kill -9}. Every answered call is durable.
 *
 * <p>Consistent at once where AWS is eventually consistent. Only the operations below are supported, and of their parameters those
 * that the product uses; everything else throws {@link UnsupportedOperationException} with its name.
 */
public final class LocalSfn implements SfnClient, AutoCloseable {
    private final Database database;
    private final Engine engine;
    private final Arns arns;

    /**
     * Opens the service on the database's {@code sfn_} tables, which are created if missing.
     *
     * <p>Until {@link #start} nothing runs: executions can be started and tasks answered, and all of it is kept, but no function is
     * called and no timer fires.
     *
     * @param clock the time; what depends on a later time is looked at once a second at least, so it may be set or stand still
     * @param functions called from up to 64 threads, and free to call this client from them
     * @param events gets a status change event when an execution starts and when it ends
     * @param region a Region's name, part of every ARN
     * @param account an account number, part of every ARN
     */
    public LocalSfn(Database database, Clock clock, FunctionInvoker functions, EventSink events, String region, String account) {
        this.database = Objects.requireNonNull(database);
        this.arns = new Arns(region, account);
        database.define(Machines.TABLES);
        database.define(Executions.TABLES);
        this.engine = new Engine(database, clock, functions, events, arns);
    }

    /** Takes up all executions where they stood and begins to call functions and fire timers. Call it once. */
    public void start() {
        engine.start();
    }

    /**
     * Calls no further function and waits for those under way, half a minute at most. Their results and answers are kept; what
     * could not begin or end is taken up by the next {@link #start} on the database. The database stays open.
     */
    @Override
    public void close() {
        engine.close();
    }

    /** Fires all timers that are due now, as happens by itself in time; for owners whose clock is not the system's. */
    public void fireTimers() {
        engine.fireTimers();
    }

    /** Removes executions that ended more than 90 days ago, with their histories. Answers how many. */
    public int sweep() {
        return engine.sweep();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    // Machines and versions

    @Override
    public CreateStateMachineResponse createStateMachine(CreateStateMachineRequest request) {
        String name = Requests.checkedName(request.name());
        String role = Requests.required("roleArn", request.roleArn());
        Requests.refuseExtras(request.type(), request.loggingConfiguration(), request.tracingConfiguration(),
                request.encryptionConfiguration());
        String definition = Requests.checkedDefinition(Requests.required("definition", request.definition()));
        boolean publish = Requests.checkedPublish(request.publish(), request.versionDescription());
        return database.write(session -> {
            Optional<Machines.Machine> existing = Machines.find(session, name);
            if (existing.isPresent()) {
                return repeated(session, existing.get(), definition, publish, request.versionDescription());
            }
            long revision = Machines.insertRevision(session, name, role, definition);
            Machines.Machine machine = new Machines.Machine(name, false, revision, null, 0, engine.now(), publish,
                    request.versionDescription(), Shapes.tags(request.tags()));
            Machines.insert(session, machine);
            return created(machine, publish ? Optional.of(publish(session, machine, request.versionDescription())) : Optional.empty());
        });
    }

    /** The same creation again is the same answer; another role or other tags make no difference. */
    private CreateStateMachineResponse repeated(Session session, Machines.Machine machine, String definition, boolean publish,
            String description) throws SQLException {
        if (machine.deleting()) {
            throw Refusal.stateMachineDeleting(arns.machine(machine.name()));
        }
        boolean same = machine.published() == publish && Objects.equals(machine.versionDescription(), description)
                && Machines.revision(session, machine.revision()).definition().equals(definition);
        if (!same) {
            throw Refusal.stateMachineAlreadyExists(arns.machine(machine.name()));
        }
        return created(machine, publish ? Optional.of(publish(session, machine, description)) : Optional.empty());
    }

    private CreateStateMachineResponse created(Machines.Machine machine, Optional<Machines.Version> version) {
        return CreateStateMachineResponse.builder()
                .stateMachineArn(arns.machine(machine.name()))
                .creationDate(machine.created())
                .stateMachineVersionArn(version.map(this::versionArn).orElse(null))
                .build();
    }

    private String versionArn(Machines.Version version) {
        return arns.version(version.machine(), version.number());
    }

    @Override
    public UpdateStateMachineResponse updateStateMachine(UpdateStateMachineRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineArn", request.stateMachineArn()));
        Requests.refuseExtras(null, request.loggingConfiguration(), request.tracingConfiguration(), request.encryptionConfiguration());
        if (request.definition() == null && request.roleArn() == null && request.loggingConfiguration() == null
                && request.tracingConfiguration() == null) {
            throw Refusal.missingRequiredParameter("Either the definition, the role ARN, the LoggingConfiguration, or the "
                    + "TracingConfiguration must be specified");
        }
        if (ref.version().isPresent()) {
            throw Refusal.stateMachineDoesNotExist(ref.arn());
        }
        if (request.definition() != null) {
            Requests.checkedDefinition(request.definition());
        }
        boolean publish = Requests.checkedPublish(request.publish(), request.versionDescription());
        return database.write(session -> {
            Machines.Machine revised = revised(session, usable(session, ref), request.definition(), request.roleArn());
            return UpdateStateMachineResponse.builder()
                    .updateDate(engine.now())
                    .revisionId(revised.revisionId())
                    .stateMachineVersionArn(
                            publish ? versionArn(publish(session, revised, request.versionDescription())) : null)
                    .build();
        });
    }

    /** The machine with this definition and role, null meaning as before; what changes nothing makes no revision. */
    private Machines.Machine revised(Session session, Machines.Machine machine, String definition, String role) throws SQLException {
        Machines.Revision old = Machines.revision(session, machine.revision());
        String newDefinition = definition == null ? old.definition() : definition;
        String newRole = role == null ? old.role() : role;
        if (newDefinition.equals(old.definition()) && newRole.equals(old.role())) {
            return machine;
        }
        long revision = Machines.insertRevision(session, machine.name(), newRole, newDefinition);
        Machines.revise(session, machine.name(), revision, UUID.randomUUID().toString());
        return Machines.find(session, machine.name()).orElseThrow();
    }

    @Override
    public PublishStateMachineVersionResponse publishStateMachineVersion(PublishStateMachineVersionRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineArn", request.stateMachineArn()));
        if (ref.version().isPresent()) {
            throw Refusal.stateMachineDoesNotExist(ref.arn());
        }
        return database.write(session -> {
            Machines.Machine machine = usable(session, ref);
            if (request.revisionId() != null && !request.revisionId().equals(machine.revisionName())) {
                throw Refusal.conflict("Failed to publish the State Machine version for revision " + request.revisionId()
                        + ". The current State Machine revision is " + machine.revisionName() + ".");
            }
            Machines.Version version = publish(session, machine, request.description());
            return PublishStateMachineVersionResponse.builder()
                    .stateMachineVersionArn(versionArn(version)).creationDate(version.created()).build();
        });
    }

    /** The version of the machine's revision: the one there is, or a new one. */
    private Machines.Version publish(Session session, Machines.Machine machine, String description) throws SQLException {
        Optional<Machines.Version> same = Machines.versionOf(session, machine.name(), machine.revision());
        if (same.isPresent()) {
            return same.get();
        }
        Machines.Version version = new Machines.Version(machine.name(), machine.lastVersion() + 1, machine.revision(),
                machine.revisionId(), description, engine.now());
        Machines.insertVersion(session, version);
        return version;
    }

    @Override
    public DescribeStateMachineResponse describeStateMachine(DescribeStateMachineRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineArn", request.stateMachineArn()));
        return database.read(session -> {
            Machines.Machine machine = existing(session, ref);
            if (ref.version().isEmpty()) {
                return Shapes.description(machine, Machines.revision(session, machine.revision()), arns);
            }
            Machines.Version version = existingVersion(session, ref);
            return Shapes.description(machine, version, Machines.revision(session, version.revision()), arns);
        });
    }

    /**
     * Deletes the machine with its versions, as soon as its running executions have ended, which they do (as aborted) instead of
     * entering another state. Executions can be described until {@link #sweep} removes them, and keep their names from a new
     * machine of the same name until then.
     */
    @Override
    public DeleteStateMachineResponse deleteStateMachine(DeleteStateMachineRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineArn", request.stateMachineArn()));
        if (ref.version().isPresent()) {
            throw Refusal.invalidArn("Invalid ARN: " + ref.arn());
        }
        database.write(session -> {
            if (Executions.anyRunning(session, ref.name())) {
                Machines.markDeleting(session, ref.name());
            } else {
                Machines.remove(session, ref.name());
            }
            return null;
        });
        return DeleteStateMachineResponse.builder().build();
    }

    @Override
    public DeleteStateMachineVersionResponse deleteStateMachineVersion(DeleteStateMachineVersionRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineVersionArn", request.stateMachineVersionArn()));
        if (ref.version().isEmpty()) {
            throw Refusal.invalidArn("Invalid ARN: " + ref.arn());
        }
        database.write(session -> {
            Machines.removeVersion(session, ref.name(), ref.version().getAsInt());
            return null;
        });
        return DeleteStateMachineVersionResponse.builder().build();
    }

    @Override
    public ListStateMachinesResponse listStateMachines(ListStateMachinesRequest request) {
        int limit = Requests.pageSize(request.maxResults());
        String after = request.nextToken() == null ? "" : PageToken.text(request.nextToken());
        List<Machines.Machine> found = database.read(session -> Machines.list(session, after, limit + 1));
        List<Machines.Machine> page = found.subList(0, Math.min(limit, found.size()));
        return ListStateMachinesResponse.builder()
                .stateMachines(page.stream().map(machine -> Shapes.item(machine, arns)).toList())
                .nextToken(found.size() > limit ? PageToken.of(page.get(limit - 1).name()) : null)
                .build();
    }

    @Override
    public ListStateMachineVersionsResponse listStateMachineVersions(ListStateMachineVersionsRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineArn", request.stateMachineArn()));
        int limit = Requests.pageSize(request.maxResults());
        long before = request.nextToken() == null ? Long.MAX_VALUE : PageToken.number(request.nextToken());
        List<Machines.Version> found = database.read(session -> Machines.versions(session, ref.name(), before, limit + 1));
        List<Machines.Version> page = found.subList(0, Math.min(limit, found.size()));
        return ListStateMachineVersionsResponse.builder()
                .stateMachineVersions(page.stream().map(version -> Shapes.item(version, arns)).toList())
                .nextToken(found.size() > limit ? PageToken.of(page.get(limit - 1).number()) : null)
                .build();
    }

    @Override
    public ListTagsForResourceResponse listTagsForResource(ListTagsForResourceRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("resourceArn", request.resourceArn()));
        Machines.Machine machine = database.read(session -> existing(session, ref));
        return ListTagsForResourceResponse.builder().tags(Shapes.tags(machine.tags())).build();
    }

    /** Says whether a machine could be created with this definition, with everything that stands against it. */
    @Override
    public ValidateStateMachineDefinitionResponse validateStateMachineDefinition(ValidateStateMachineDefinitionRequest request) {
        Requests.refuseExtras(request.type(), null, null, null);
        try {
            DefinitionReader.read(Requests.required("definition", request.definition()));
            return ValidateStateMachineDefinitionResponse.builder().result(ValidateStateMachineDefinitionResultCode.OK)
                    .diagnostics(List.of()).truncated(false).build();
        } catch (DefinitionRefused e) {
            int limit = request.maxResults() == null || request.maxResults() == 0 ? Requests.DEFAULT_PAGE : request.maxResults();
            return ValidateStateMachineDefinitionResponse.builder().result(ValidateStateMachineDefinitionResultCode.FAIL)
                    .diagnostics(e.findings().stream().limit(limit).map(LocalSfn::diagnostic).toList())
                    .truncated(e.findings().size() > limit).build();
        }
    }

    private static ValidateStateMachineDefinitionDiagnostic diagnostic(Finding finding) {
        return ValidateStateMachineDefinitionDiagnostic.builder().severity(ValidateStateMachineDefinitionSeverity.ERROR)
                .code(finding.code()).message(finding.text()).location(finding.pointer()).build();
    }

    // Executions

    /**
     * Starts an execution. The same name with the same input, byte for byte, is the same answer while it runs; once it has ended,
     * and with another input, the name is taken until {@link #sweep} removes it.
     */
    @Override
    public StartExecutionResponse startExecution(StartExecutionRequest request) {
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineArn", request.stateMachineArn()));
        String name = request.name() == null ? UUID.randomUUID().toString() : Requests.checkedName(request.name());
        String input = Requests.checkedInput(request.input() == null ? "{}" : request.input());
        if (request.traceHeader() != null) {
            throw Refusal.unsupported("traceHeader");
        }
        Runnable[] afterwards = {() -> { }};
        Execution execution = database.write(session -> {
            Machines.Machine machine = usable(session, ref);
            long revision = ref.version().isPresent() ? existingVersion(session, ref).revision() : machine.revision();
            Optional<Execution> existing = Executions.find(session, machine.name(), name);
            if (existing.isPresent()) {
                return sameStart(existing.get(), input);
            }
            afterwards[0] = engine.begin(session, machine, ref.version(), revision, name, input);
            return Executions.find(session, machine.name(), name).orElseThrow();
        });
        afterwards[0].run();
        return StartExecutionResponse.builder().executionArn(arns.execution(execution)).startDate(execution.started()).build();
    }

    private Execution sameStart(Execution existing, String input) {
        if (!existing.isRunning() || !existing.input().equals(input)) {
            throw Refusal.executionAlreadyExists(arns.execution(existing));
        }
        return existing;
    }

    /** Stops a running execution. One that has ended is left as it is, and its stop date is answered. */
    @Override
    public StopExecutionResponse stopExecution(StopExecutionRequest request) {
        Requests.checkFailure(request.error(), request.cause());
        Execution execution = execution(request.executionArn());
        engine.change(execution.id(), run -> {
            run.stop(request.error(), request.cause());
            return true;
        });
        return StopExecutionResponse.builder().stopDate(execution(request.executionArn()).stopped()).build();
    }

    @Override
    public DescribeExecutionResponse describeExecution(DescribeExecutionRequest request) {
        return Shapes.description(execution(request.executionArn()), arns, request.includedData() != IncludedData.METADATA_ONLY);
    }

    @Override
    public ListExecutionsResponse listExecutions(ListExecutionsRequest request) {
        if (request.mapRunArn() != null || request.redriveFilter() != null) {
            throw Refusal.unsupported(request.mapRunArn() != null ? "mapRunArn" : "redriveFilter");
        }
        Arns.MachineRef ref = arns.machineRef(Requests.required("stateMachineArn", request.stateMachineArn()));
        int limit = Requests.pageSize(request.maxResults());
        long before = request.nextToken() == null ? Long.MAX_VALUE : PageToken.number(request.nextToken());
        Optional<ExecutionStatus> status = Optional.ofNullable(request.statusFilter());
        List<Execution> found = database.read(session -> {
            existing(session, ref);
            return Executions.list(session, ref.name(), ref.version(), status, before, limit + 1);
        });
        List<Execution> page = found.subList(0, Math.min(limit, found.size()));
        return ListExecutionsResponse.builder()
                .executions(page.stream().map(execution -> Shapes.item(execution, arns)).toList())
                .nextToken(found.size() > limit ? PageToken.of(page.get(limit - 1).id()) : null)
                .build();
    }

    @Override
    public GetExecutionHistoryResponse getExecutionHistory(GetExecutionHistoryRequest request) {
        Execution execution = execution(request.executionArn());
        int limit = Requests.pageSize(request.maxResults());
        boolean reverse = Boolean.TRUE.equals(request.reverseOrder());
        boolean withData = !Boolean.FALSE.equals(request.includeExecutionData());
        return database.read(session -> {
            long length = Executions.historyLength(session, execution.id());
            long from = request.nextToken() != null ? PageToken.number(request.nextToken()) : reverse ? length : 1;
            long to = reverse ? Math.max(1, from - limit + 1) : Math.min(length, from + limit - 1);
            List<Event> events = Executions.history(session, execution.id(), Math.min(from, to), Math.max(from, to));
            if (reverse) {
                Collections.reverse(events);
            }
            boolean more = reverse ? to > 1 : to < length;
            return GetExecutionHistoryResponse.builder()
                    .events(events.stream().map(event -> Shapes.event(event, withData)).toList())
                    .nextToken(more ? PageToken.of(reverse ? to - 1 : to + 1) : null)
                    .build();
        });
    }

    // Answers by task token

    /** Ends a task; also one whose function has not returned yet. The first answer counts, later ones get TaskTimedOut. */
    @Override
    public SendTaskSuccessResponse sendTaskSuccess(SendTaskSuccessRequest request) {
        JsonNode output = Requests.checkedOutput(Requests.required("output", request.output()));
        answer(request.taskToken(), run -> run.answered(request.taskToken(), output));
        return SendTaskSuccessResponse.builder().build();
    }

    /** Fails a task, as {@link #sendTaskSuccess} ends one. */
    @Override
    public SendTaskFailureResponse sendTaskFailure(SendTaskFailureRequest request) {
        Requests.checkFailure(request.error(), request.cause());
        answer(request.taskToken(), run -> run.failed(request.taskToken(), Failure.ofTask(request.error(), request.cause())));
        return SendTaskFailureResponse.builder().build();
    }

    /** Starts the task's heartbeat interval anew; without effect on its timeout, or on a task without heartbeat. */
    @Override
    public SendTaskHeartbeatResponse sendTaskHeartbeat(SendTaskHeartbeatRequest request) {
        String token = Requests.required("taskToken", request.taskToken());
        if (!engine.change(Tokens.execution(token), run -> run.heartbeat(token))) {
            throw Refusal.taskTimedOut();
        }
        return SendTaskHeartbeatResponse.builder().build();
    }

    private void answer(String token, Predicate<Run> change) {
        if (!engine.answer(Requests.required("taskToken", token), change)) {
            throw Refusal.taskTimedOut();
        }
    }

    private Execution execution(String arn) {
        Arns.ExecutionRef ref = arns.executionRef(Requests.required("executionArn", arn));
        return database.read(session -> Executions.find(session, ref.machine(), ref.name()))
                .orElseThrow(() -> Refusal.executionDoesNotExist(arn));
    }

    private Machines.Machine existing(Session session, Arns.MachineRef ref) throws SQLException {
        return Machines.find(session, ref.name()).orElseThrow(() -> Refusal.stateMachineDoesNotExist(ref.arn()));
    }

    private Machines.Machine usable(Session session, Arns.MachineRef ref) throws SQLException {
        Machines.Machine machine = existing(session, ref);
        if (machine.deleting()) {
            throw Refusal.stateMachineDeleting(ref.arn());
        }
        return machine;
    }

    private static Machines.Version existingVersion(Session session, Arns.MachineRef ref) throws SQLException {
        return Machines.version(session, ref.name(), ref.version().getAsInt())
                .orElseThrow(() -> Refusal.stateMachineDoesNotExist(ref.arn()));
    }
}
