package io.pipewright.local.lambda;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pipewright.local.database.Database;
import io.pipewright.local.eventbridge.DeliveryQueue;
import io.pipewright.local.eventbridge.DeliveryQueue.Parcel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.DefaultAwsResponseMetadata;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.GetFunctionRequest;
import software.amazon.awssdk.services.lambda.model.GetFunctionResponse;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaResponseMetadata;
import software.amazon.awssdk.services.lambda.model.ListFunctionsRequest;
import software.amazon.awssdk.services.lambda.model.ListFunctionsResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.State;

/**
 * Lambda in this process. A function NAME is the file {@code NAME.json} in the functions' directory:
 *
 * <pre>{"command": ["python3", "handler.py"], "environment": {"KEY": "value"}, "timeoutSeconds": 60, "directory": "shop"}</pre>
 *
 * Only the command is required; the directory is relative to the functions' directory and is that one by default. The
 * file is read anew for each invocation. What the command writes to standard error, and why it failed, is kept in {@code NAME.log}
 * beside it. The event comes as JSON on standard input; what the command writes to standard
 * output, one JSON value or nothing, is the response. An exit code other than 0 is the function's error, told by the
 * last lines of standard error. The command finds the variables that Lambda's runtimes give, the request's id in
 * {@code AWS_LAMBDA_REQUEST_ID}, what the constructor was given, its file's {@code environment} and the {@code PATH} of
 * this process; nothing else. Its processes are killed when it ends, when its time is over and at {@link #close}.
 *
 * <p>Asynchronous invocations are written before they are answered, run at least once, also after {@code kill -9}, and
 * are tried again after one and after two minutes when the function fails ("How Lambda handles errors and retries with
 * asynchronous invocation", Lambda developer guide).
 *
 * <p>Left out on purpose: making functions by the API, versions and aliases, layers, concurrency limits, client
 * contexts. What is left out is refused by name.
 */
public final class LocalLambda implements LambdaClient, AutoCloseable {
    private static final int MOST_SYNCHRONOUS_BYTES = 6 * 1024 * 1024;
    private static final int MOST_ASYNCHRONOUS_BYTES = 1024 * 1024;
    /** 6 MB and 100 bytes, as the service's own message says. */
    private static final int MOST_RESPONSE_BYTES = 6_291_556;
    private static final int LOG_TAIL_BYTES = 4096;
    private static final int CONCURRENT_ASYNCHRONOUS = 4;
    private static final String NAME_PATTERN = "(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\\d{1}:)?(\\d{12}:)?(function:)?"
        + "([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?";
    private static final Pattern NAME = Pattern.compile(
        "(?:arn:aws[a-zA-Z-]*:lambda:)?(?:([a-z]{2}(?:-gov)?-[a-z]+-\\d):)?(?:(\\d{12}):)?(?:function:)?([a-zA-Z0-9-_]+)(?::(\\$LATEST|[a-zA-Z0-9-_]+))?");
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private final Path functions;
    private final Clock clock;
    private final Map<String, String> environment;
    private final String region;
    private final String account;
    private final Processes processes = new Processes();
    private final FunctionLog log;
    private final DeliveryQueue queue;

    private record Result(boolean failed, byte[] payload, byte[] log) {
    }

    /**
     * Opens the functions; asynchronous invocations run from {@link #start} on.
     *
     * @param functionsDirectory may come into being later
     * @param environment what every function finds in its environment: endpoint, region, credentials
     */
    public LocalLambda(
            Database database, Path functionsDirectory, Clock clock, Map<String, String> environment, String region, String account) {
        this.functions = functionsDirectory.toAbsolutePath();
        this.clock = clock;
        this.environment = Map.copyOf(environment);
        this.region = region;
        this.account = account;
        this.log = new FunctionLog(functions);
        this.queue = new DeliveryQueue(database, clock, "lambda_invocation", function -> CONCURRENT_ASYNCHRONOUS,
            this::runQueued, LocalLambda::retry,
            (delivery, failure) -> log.dropped(delivery.parcel().lane(), delivery.parcel().label(), delivery.attempts()));
    }

    /** Begins to run asynchronous invocations, first those that earlier processes left. */
    public void start() {
        queue.start();
    }

    /** After one and after two minutes. */
    static Optional<Duration> retry(int failedAttempts, Duration age) {
        return failedAttempts > 2 ? Optional.empty() : Optional.of(Duration.ofMinutes(failedAttempts));
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    @Override
    public InvokeResponse invoke(InvokeRequest request) {
        refuseIf(request.clientContext() != null, "ClientContext");
        refuseIf(request.durableExecutionName() != null, "DurableExecutionName");
        refuseIf(request.tenantId() != null, "TenantId");
        String name = existing(request.functionName(), request.qualifier());
        InvocationType type = request.invocationType() == null ? InvocationType.REQUEST_RESPONSE : request.invocationType();
        byte[] event = request.payload() == null || request.payload().asByteArrayUnsafe().length == 0
            ? "{}".getBytes(StandardCharsets.UTF_8) : request.payload().asByteArray();
        checkEvent(event, type);
        String requestId = UUID.randomUUID().toString();
        return switch (type) {
            case DRY_RUN -> response(requestId, 204).build();
            case EVENT -> {
                requireUsable(name);
                queue.accept(List.of(new Parcel(name, requestId, event)));
                yield response(requestId, 202).build();
            }
            case REQUEST_RESPONSE -> respond(name, requestId, event, request.logType() == LogType.TAIL);
            default -> throw Errors.validation(request.invocationTypeAsString(), "invocationType",
                "Member must satisfy enum value set: [RequestResponse, Event, DryRun]");
        };
    }

    /** Nobody reads the answer of an asynchronous invocation, so what can't be run is refused before it is accepted. */
    private void requireUsable(String name) {
        try {
            FunctionFile.read(file(name));
        } catch (FunctionFile.Unusable e) {
            throw Errors.unusable(e.getMessage());
        }
    }

    private static void checkEvent(byte[] event, InvocationType type) {
        int limit = type == InvocationType.EVENT ? MOST_ASYNCHRONOUS_BYTES : MOST_SYNCHRONOUS_BYTES;
        if (event.length > limit) {
            throw Errors.tooLarge(event.length, type.toString(), limit);
        }
        try {
            MAPPER.readTree(event);
        } catch (IOException e) {
            throw Errors.notJson(e.getMessage());
        }
    }

    private InvokeResponse respond(String name, String requestId, byte[] event, boolean withLog) {
        try {
            Result result = run(name, requestId, event);
            return response(requestId, 200).executedVersion("$LATEST").payload(SdkBytes.fromByteArrayUnsafe(result.payload()))
                .functionError(result.failed() ? "Unhandled" : null)
                .logResult(withLog ? logTail(result.log()) : null).build();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw AbortedException.create("The invocation of " + name + " was interrupted", e);
        } catch (CancellationException e) {
            throw AbortedException.create(e.getMessage(), e);
        }
    }

    private static InvokeResponse.Builder response(String requestId, int status) {
        InvokeResponse.Builder response = InvokeResponse.builder().statusCode(status);
        response.responseMetadata(LambdaResponseMetadata.create(DefaultAwsResponseMetadata.create(Map.of("AWS_REQUEST_ID", requestId))));
        return response;
    }

    private static String logTail(byte[] log) {
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(log, Math.max(0, log.length - LOG_TAIL_BYTES), log.length));
    }

    private void runQueued(DeliveryQueue.Delivery delivery) throws InterruptedException {
        Result result = run(delivery.parcel().lane(), delivery.parcel().label(), delivery.parcel().body());
        if (result.failed()) {
            throw new IllegalStateException(new String(result.payload(), StandardCharsets.UTF_8));
        }
    }

    private Result run(String name, String requestId, byte[] event) throws InterruptedException {
        Result result = attempt(name, requestId, event);
        log.add(name, requestId, result.log(), result.failed() ? result.payload() : new byte[0]);
        return result;
    }

    private Result attempt(String name, String requestId, byte[] event) throws InterruptedException {
        FunctionFile function;
        try {
            function = FunctionFile.read(file(name));
        } catch (FunctionFile.Unusable e) {
            return new Result(true, FunctionError.unusable(e.getMessage()), new byte[0]);
        }
        try {
            Processes.Outcome outcome = processes.run(function.command(), function.directory(), environment(name, requestId, function),
                event, MOST_RESPONSE_BYTES + 1, function.timeout());
            return result(requestId, function, outcome);
        } catch (IOException e) {
            return new Result(true, FunctionError.notStarted(requestId, e.getMessage()), new byte[0]);
        }
    }

    private static Result result(String requestId, FunctionFile function, Processes.Outcome outcome) {
        if (outcome.timeOver()) {
            return new Result(true, FunctionError.timeOver(requestId, function.timeout()), outcome.errors());
        }
        if (outcome.exitCode() != 0) {
            return new Result(true, FunctionError.failed(requestId, outcome.exitCode(), outcome.errors()), outcome.errors());
        }
        if (outcome.output().length > MOST_RESPONSE_BYTES) {
            return new Result(true, FunctionError.tooLarge(MOST_RESPONSE_BYTES), outcome.errors());
        }
        String output = new String(outcome.output(), StandardCharsets.UTF_8).strip();
        try {
            JsonNode json = MAPPER.readTree(output);
            byte[] payload = (json.isMissingNode() ? "null" : output).getBytes(StandardCharsets.UTF_8);
            return new Result(false, payload, outcome.errors());
        } catch (IOException e) {
            return new Result(true, FunctionError.notJson(output), outcome.errors());
        }
    }

    private Map<String, String> environment(String name, String requestId, FunctionFile function) {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin"));
        all.put("LANG", "C.UTF-8");
        all.put("TZ", ":UTC");
        all.put("AWS_REGION", region);
        all.put("AWS_DEFAULT_REGION", region);
        all.put("AWS_LAMBDA_FUNCTION_NAME", name);
        all.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
        all.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
        all.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + name);
        all.put("AWS_LAMBDA_LOG_STREAM_NAME", clock.instant().truncatedTo(ChronoUnit.DAYS).toString().substring(0, 10).replace('-', '/')
            + "/[$LATEST]" + requestId.replace("-", ""));
        all.put("AWS_LAMBDA_REQUEST_ID", requestId);
        all.put("LAMBDA_TASK_ROOT", function.directory().toString());
        all.putAll(environment);
        all.putAll(function.environment());
        return all;
    }

    @Override
    public GetFunctionResponse getFunction(GetFunctionRequest request) {
        String name = existing(request.functionName(), request.qualifier());
        return GetFunctionResponse.builder().configuration(configuration(name))
            .code(code -> code.repositoryType("Local").location(file(name).toUri().toString())).build();
    }

    /** All functions on one page. A file that can't be run is listed as inactive, with the reason. */
    @Override
    public ListFunctionsResponse listFunctions(ListFunctionsRequest request) {
        refuseIf(request.masterRegion() != null, "MasterRegion");
        refuseIf(request.functionVersion() != null, "FunctionVersion");
        return ListFunctionsResponse.builder().functions(names().stream().map(this::configuration).toList()).build();
    }

    private List<String> names() {
        if (!Files.isDirectory(functions)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(functions)) {
            return files.map(file -> file.getFileName().toString()).filter(file -> file.matches("[a-zA-Z0-9-_]+\\.json"))
                .map(file -> file.substring(0, file.length() - ".json".length())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("The functions' directory " + functions + " could not be read", e);
        }
    }

    private FunctionConfiguration configuration(String name) {
        FunctionConfiguration.Builder configuration = FunctionConfiguration.builder().functionName(name).functionArn(arn(name))
            .version("$LATEST").memorySize(128).packageType("Zip").runtime("provided");
        try {
            FunctionFile function = FunctionFile.read(file(name));
            return configuration.state(State.ACTIVE).handler(String.join(" ", function.command()))
                .timeout((int) function.timeout().toSeconds()).environment(variables -> variables.variables(function.environment())).build();
        } catch (FunctionFile.Unusable e) {
            return configuration.state(State.INACTIVE).stateReason(e.getMessage()).build();
        }
    }

    private String existing(String given, String qualifier) {
        Matcher parts = NAME.matcher(given == null ? "" : given);
        if (!parts.matches()) {
            throw Errors.validation(given, "functionName", "Member must satisfy regular expression pattern: " + NAME_PATTERN);
        }
        String name = parts.group(3);
        String version = qualifier == null ? parts.group(4) : qualifier;
        boolean here = (parts.group(1) == null || parts.group(1).equals(region)) && (parts.group(2) == null || parts.group(2).equals(account));
        boolean latest = version == null || version.equals("$LATEST");
        if (!here || !latest || name.length() > 64 || !Files.isRegularFile(file(name))) {
            throw Errors.notFound(here ? arn(name) + (latest ? "" : ":" + version) : given);
        }
        return name;
    }

    private Path file(String name) {
        return functions.resolve(name + ".json");
    }

    private String arn(String name) {
        return "arn:aws:lambda:" + region + ":" + account + ":function:" + name;
    }

    private static void refuseIf(boolean given, String parameter) {
        if (given) {
            throw Errors.unsupported(parameter);
        }
    }

    /** Kills the functions that run. Asynchronous invocations that are not done are run again after the next start. */
    @Override
    public void close() {
        queue.close();
        processes.close();
    }
}
