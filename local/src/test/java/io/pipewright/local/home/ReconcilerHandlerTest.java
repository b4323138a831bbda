package io.pipewright.local.home;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.reconciler.ReconcilerHandler;
import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.Store;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ReconcilerHandlerTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    /** An engine on a table that nobody else looks at. */
    private static Engine engine() {
        Engine known = HOME.home().engine();
        Clock clock = Clock.systemUTC();
        Store store = new Store(known.clients().dynamo(), known.clients().s3(),
                new Store.Config("of-its-own", known.settings().bucket(), 1, clock));
        store.createTableIfMissing();
        return new Engine(store, known.clients(), known.settings(), clock, Log.to(line -> { }));
    }

    private record Remaining(int getRemainingTimeInMillis) implements Context {
        @Override
        public String getAwsRequestId() {
            return "";
        }

        @Override
        public String getLogGroupName() {
            return "";
        }

        @Override
        public String getLogStreamName() {
            return "";
        }

        @Override
        public String getFunctionName() {
            return "";
        }

        @Override
        public String getFunctionVersion() {
            return "";
        }

        @Override
        public String getInvokedFunctionArn() {
            return "";
        }

        @Override
        public CognitoIdentity getIdentity() {
            return null;
        }

        @Override
        public ClientContext getClientContext() {
            return null;
        }

        @Override
        public int getMemoryLimitInMB() {
            return 512;
        }

        @Override
        public LambdaLogger getLogger() {
            return null;
        }
    }

    @Test
    void whatIsDueIsLookedAtAsLongAsTheFunctionHasTime() {
        Engine engine = engine();
        engine.store().putDue(new Due(engine.now() - 1000, DueKind.SOURCE, "s3#nobody/listens"));
        ReconcilerHandler handler = new ReconcilerHandler(engine);

        handler.handleRequest(InputStream.nullInputStream(), OutputStream.nullOutputStream(), new Remaining(5_000));
        assertThat(engine.store().dueBefore(engine.now(), 10)).hasSize(1);

        handler.handleRequest(InputStream.nullInputStream(), OutputStream.nullOutputStream(), new Remaining(60_000));
        assertThat(engine.store().dueBefore(engine.now(), 10)).isEmpty();
    }
}
