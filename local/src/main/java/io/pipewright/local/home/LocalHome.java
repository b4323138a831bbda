package io.pipewright.local.home;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.functions.api.Api;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.pipeline.Sources;
import io.pipewright.functions.reconciler.Reconciler;
import io.pipewright.functions.reconciler.ReconcilerHandler;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.settings.Settings;
import io.pipewright.functions.store.Store;
import io.pipewright.local.codebuild.BuildEnvironment;
import io.pipewright.local.codebuild.LocalCodeBuild;
import io.pipewright.local.database.Database;
import io.pipewright.local.dynamodb.LocalDynamoDb;
import io.pipewright.local.eventbridge.LocalEventBridge;
import io.pipewright.local.eventbridge.Targets;
import io.pipewright.local.git.GitRoute;
import io.pipewright.local.git.LocalRepositories;
import io.pipewright.local.git.ReferenceEvents;
import io.pipewright.local.http.LocalServer;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import io.pipewright.local.lambda.LocalLambda;
import io.pipewright.local.s3.LocalS3;
import io.pipewright.local.s3.ObjectEvent;
import io.pipewright.local.s3.ObjectEvents;
import io.pipewright.local.s3.S3Route;
import io.pipewright.local.s3.S3Store;
import io.pipewright.local.sfn.LocalSfn;
import io.pipewright.local.sns.LocalSns;
import io.pipewright.local.sts.LocalSts;
import io.pipewright.local.watch.Watch;
import io.pipewright.local.watch.WatchedClients;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.eventbridge.model.Target;

/**
 * Everything in one process on one data directory. What was answered survives its death; a new home on the same data resumes
 * every execution.
 */
public final class LocalHome implements AutoCloseable {
    /** The account that the local home plays. */
    public static final String ACCOUNT = "000000000000";
    /** The region that it plays; clients may sign for any. */
    public static final String REGION = "us-east-1";

    private static final String TABLE = "pipewright";
    private static final String BUCKET = "pipewright-state";
    private static final int CONCURRENT_BUILDS = 8;
    /** A log above this, in bytes, becomes the old one when a home is opened. */
    private static final long LARGEST_LOG = 20 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * How to open a home.
     *
     * @param data the data directory; made with mode 0700 when it isn't there
     * @param port the port to listen on, 0 for any free one
     * @param limits the quotas in force
     * @param durability what an answered call survives besides the death of the process
     * @param watch hears of what the functions ask of AWS's services
     */
    public record Options(
            Path data, int port, Limits limits, Database.Durability durability, Optional<Watch> watch) {

        /** With nobody watching. */
        public Options(Path data, int port, Limits limits, Database.Durability durability) {
            this(data, port, limits, durability, Optional.empty());
        }

        /** The same, watched. */
        public Options watchedBy(Watch watching) {
            return new Options(data, port, limits, durability, Optional.of(watching));
        }
    }

    private final DataDirectory data;
    private final Clock clock;
    private final PrintStream logFile;
    private final Log log;
    private final Database database;
    private final LateRoutes routes = new LateRoutes();
    private final LocalServer server;
    private final LocalEventBridge bus;
    private final LocalDynamoDb tables;
    private final LocalSfn machines;
    private final LocalCodeBuild builds;
    private final LocalLambda lambda;
    private final LocalSns topics;
    private final S3Store objects;
    private final GitRoute git;
    private final Engine engine;
    private final Optional<Watch> watch;
    private final Functions functions;
    private final Reconciler reconciler;
    private final ScheduledExecutorService clockwork;

    /** The server must be bound before the services are made that are told its address. */
    private static final class LateRoutes implements Route {
        private volatile List<Route> routes = List.of();

        @Override
        public boolean matches(Request request) {
            return true;
        }

        @Override
        public void handle(Request request, Response response) throws IOException {
            for (Route route : routes) {
                if (route.matches(request)) {
                    route.handle(request, response);
                    return;
                }
            }
            response.send(404, "text/plain", "Nothing is served here.\n");
        }
    }

    private LocalHome(DataDirectory data, Options options, Clock clock) {
        this.data = data;
        this.clock = clock;
        logFile = logFile(data);
        log = Log.to(logFile);
        database = Database.open(data.resolve("home.db"), options.durability());
        server = new LocalServer(options.port(), List.of(routes));
        String endpoint = endpoint().toString();
        Map<String, String> environment = Map.of(
                "AWS_ENDPOINT_URL", endpoint, "AWS_REGION", REGION, "AWS_DEFAULT_REGION", REGION,
                "AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local");
        bus = new LocalEventBridge(database, clock, new InvokedFunctions(), REGION, ACCOUNT);
        objects = new S3Store(database, data.folder("s3"), clock, new ListenedObjects());
        LocalS3 s3 = new LocalS3(objects);
        builds = new LocalCodeBuild(database, data.folder("codebuild"), clock, s3, bus::putServiceEvent,
                new BuildEnvironment(REGION, ACCOUNT, endpoint, CONCURRENT_BUILDS));
        lambda = new LocalLambda(database, data.folder("functions"), clock, environment, REGION, ACCOUNT);
        topics = new LocalSns(database, data.folder("inbox"), clock, REGION, ACCOUNT);
        tables = new LocalDynamoDb(database, clock);
        machines = new LocalSfn(database, clock, this::invoke, bus::putServiceEvent, REGION, ACCOUNT);
        LocalRepositories repositories = new LocalRepositories(data.resolve("git"), endpoint, options.durability());
        git = new GitRoute(database, repositories, this::publish, REGION, ACCOUNT);
        Settings settings = new Settings(REGION, ACCOUNT, TABLE, BUCKET, "pipewright-", "",
                "arn:aws:iam::" + ACCOUNT + ":role/pipewright-machine", endpoint, options.limits());
        Clients clients = new Clients(tables, machines, bus,
                () -> s3, () -> topics, () -> lambda, () -> builds, () -> repositories);
        watch = options.watch();
        engine = engine(clients, settings);
        engine.store().createTableIfMissing();
        s3.createBucket(request -> request.bucket(BUCKET));
        functions = new Functions(this::engine);
        Engine reconciling = engine("reconciler");
        reconciler = new Reconciler(reconciling, ReconcilerHandler.providers(reconciling));
        String caller = "arn:aws:iam::" + ACCOUNT + ":user/" + userName();
        routes.routes = List.of(
                git, ModelRoute.of(builds), ModelRoute.of(bus), new ApiRoute(new Api(engine("api")), caller),
                new QueryRoute(new LocalSts(ACCOUNT, caller, clock), topics), new ApprovalRoute(engine("review")),
                new S3Route(objects));
        clockwork = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "reconciler");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Opens a home on a data directory.
     *
     * @throws HomeInUseException when another process has it
     */
    public static LocalHome open(Options options) {
        return open(options, Clock.systemUTC());
    }

    /** With a time of its own: data that was stored long ago is not overdue. */
    static LocalHome open(Options options, Clock clock) {
        DataDirectory data = DataDirectory.lock(options.data());
        try {
            return new LocalHome(data, options, clock);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private Engine engine(Clients clients, Settings settings) {
        Store store = new Store(clients.dynamo(), clients.s3(), settings.store(clock));
        return new Engine(store, clients, settings, clock, log);
    }

    private static PrintStream logFile(DataDirectory data) {
        try {
            Path file = data.folder("log").resolve("pipewright.log");
            if (Files.exists(file) && Files.size(file) > LARGEST_LOG) {
                Files.move(file, file.resolveSibling("pipewright.log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
            return new PrintStream(
                    Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND), true,
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String userName() {
        return System.getProperty("user.name", "local").replaceAll("[^A-Za-z0-9+=,.@_-]", "-");
    }

    /** Resumes what was under way, and serves. */
    public void start() {
        rule(Functions.TRIGGER, "{\"source\":[\"aws.s3\"],\"detail-type\":[\"Object Created\"]}");
        rule("codecommit", Functions.TRIGGER, "{\"source\":[\"" + ReferenceEvents.SOURCE + "\"],"
                + "\"detail-type\":[\"" + ReferenceEvents.DETAIL_TYPE + "\"],"
                + "\"detail\":{\"event\":[\"referenceCreated\",\"referenceUpdated\"],\"referenceType\":[\"branch\"]}}");
        rule(Functions.COMPLETION, "{\"source\":[\"aws.codebuild\"],"
                + "\"detail-type\":[\"CodeBuild Build State Change\"],"
                + "\"detail\":{\"build-status\":[\"SUCCEEDED\",\"FAILED\",\"STOPPED\",\"FAULT\",\"TIMED_OUT\"]}}");
        rule("machines", Functions.COMPLETION, "{\"source\":[\"aws.states\"],"
                + "\"detail-type\":[\"Step Functions Execution Status Change\"],"
                + "\"detail\":{\"status\":[\"FAILED\",\"TIMED_OUT\",\"ABORTED\"]}}");
        git.start();
        server.start();
        data.serves(endpoint());
        objects.start();
        bus.start();
        lambda.start();
        builds.start();
        machines.start();
        clockwork.execute(this::resume);
        clockwork.scheduleWithFixedDelay(this::reconcile, 1, 1, TimeUnit.SECONDS);
        clockwork.scheduleWithFixedDelay(this::sweep, 1, TimeUnit.DAYS.toMinutes(1), TimeUnit.MINUTES);
    }

    private void rule(String function, String pattern) {
        rule(function, function, pattern);
    }

    private void rule(String name, String function, String pattern) {
        String rule = "pipewright-" + name;
        bus.putRule(request -> request.name(rule).eventPattern(pattern));
        bus.putTargets(request -> request.rule(rule).targets(
                Target.builder().id(function).arn(engine.settings().functionArn(function)).build()));
    }

    /** A look at a source sees its newest revision only: of those before, the events that were held back must have told. */
    private void resume() {
        try {
            bus.awaitHeldBack(engine.settings().functionArn(Functions.TRIGGER));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return;
        }
        logged(reconciler::runAll);
    }

    private void reconcile() {
        logged(reconciler::run);
    }

    /** What AWS's services forget by themselves after a time. */
    private void sweep() {
        logged(() -> {
            tables.sweep();
            machines.sweep();
        });
    }

    /** A scheduled task that throws would never run again. */
    private void logged(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            log.error("The reconciler failed and will run again", e);
        }
    }

    private byte[] invoke(String functionArn, byte[] payload) throws io.pipewright.local.sfn.FunctionError {
        try {
            watch.ifPresent(watching -> functions.name(functionArn).ifPresent(watching::invoked));
            return functions.invoke(functionArn, payload);
        } catch (io.pipewright.local.sfn.FunctionError e) {
            log.warn("A function failed", e, "function", functionArn);
            throw e;
        }
    }

    private void publish(List<String> repository, String detail) {
        bus.putServiceEvent(ReferenceEvents.SOURCE, ReferenceEvents.DETAIL_TYPE, repository, detail);
    }

    /** The trigger function hears of revisions in the order in which they came to be: a late one would start nothing. */
    private final class InvokedFunctions implements Targets {
        @Override
        public void deliver(String targetArn, byte[] event) throws io.pipewright.local.sfn.FunctionError {
            invoke(targetArn, event);
        }

        @Override
        public boolean inOrder(String targetArn) {
            return targetArn.equals(engine.settings().functionArn(Functions.TRIGGER));
        }
    }

    /**
     * Objects that pipelines listen to must be heard of whatever happens; of others only rules of the user's own want to hear, for whom
     * the bucket asks for events.
     */
    private final class ListenedObjects implements ObjectEvents {
        @Override
        public void publish(ObjectEvent event) {
            if (!wanted(event.bucket(), event.key()) && !objects.asksForEvents(event.bucket())) {
                return;
            }
            try {
                JsonNode json = JSON.readTree(event.json());
                List<String> resources = new ArrayList<>();
                json.path("resources").forEach(resource -> resources.add(resource.asText()));
                bus.putServiceEvent(json.path("source").asText(), json.path("detail-type").asText(), resources,
                        json.path("detail").toString());
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public boolean wanted(String bucket, String key) {
            return !engine.store().listeners(Sources.s3(bucket, key)).isEmpty();
        }
    }

    /** Where it serves, {@code http://127.0.0.1:<port>}. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** The log of a build; it grows while the build runs. */
    public Path buildLog(String buildId) {
        String[] parts = buildId.split(":", 2);
        return data.resolve("codebuild").resolve("logs").resolve(parts[0]).resolve(parts[1] + ".log");
    }

    /** The builds of this home, without a detour over HTTP. */
    public CodeBuildClient codeBuild() {
        return builds;
    }

    /** The engine, for measurements and tests. */
    public Engine engine() {
        return engine;
    }

    /** The engine as one function has it, which is one of its own only if somebody watches; for tests that call the function. */
    public Engine engine(String function) {
        return watch.map(watching -> engine(WatchedClients.of(function, engine.clients(), watching), engine.settings()))
                .orElse(engine);
    }

    /** The state machines, for measurements and tests. */
    public LocalSfn machines() {
        return machines;
    }

    /** Event bus, for those who want to watch. */
    public LocalEventBridge bus() {
        return bus;
    }

    /** The topics, and what was published to them. */
    public LocalSns topics() {
        return topics;
    }

    /** Stops serving, lets what is half-done finish, and gives the data directory free. */
    @Override
    public void close() {
        server.close();
        clockwork.shutdown();
        try {
            if (!clockwork.awaitTermination(5, TimeUnit.SECONDS)) {
                clockwork.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        machines.close();
        builds.close();
        lambda.close();
        bus.close();
        objects.close();
        database.close();
        logFile.close();
        data.close();
    }
}
