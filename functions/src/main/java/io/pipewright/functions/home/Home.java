package io.pipewright.functions.home;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.settings.Settings;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.Json;
import java.time.Clock;
import java.util.Set;

/** Where Lambda's no-argument constructors get their collaborators from, once per cold start. */
public final class Home {
    /** What Lambda calls starts that come before any event, once for many: snapshots, and copies kept ready. */
    private static final Set<String> AHEAD = Set.of("snap-start", "provisioned-concurrency");

    private static Engine engine;

    private Home() { }

    /** The engine on the account, region and table that the environment names. */
    public static synchronized Engine engine() {
        if (engine == null) {
            if (AHEAD.contains(System.getenv().getOrDefault("AWS_LAMBDA_INITIALIZATION_TYPE", ""))) {
                Json.mapper();
            }
            Settings settings = Settings.fromEnvironment(System.getenv());
            Clients clients = Clients.fromEnvironment();
            Clock clock = Clock.systemUTC();
            Store store = new Store(clients.dynamo(), clients.s3(), settings.store(clock));
            engine = new Engine(store, clients, settings, clock, Log.to(System.out));
        }
        return engine;
    }
}
