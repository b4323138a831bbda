package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipewright.functions.approval.Approvals;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.reconciler.Reconciler;
import io.pipewright.functions.reconciler.ReconcilerHandler;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.store.Store;
import io.pipewright.local.watch.Watch;
import io.pipewright.local.watch.WatchedClients;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.codepipeline.model.ApprovalResult;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** An approval's answer is written into the action's record first; the function may die before the execution hears of it. */
class UntoldAnswerTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final class Death extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Dies of the write that ends an action. */
    private static final class Mortal implements Watch {
        @Override
        public void called(String function, SdkRequest request, Object answer) {
            if (request instanceof PutItemRequest put && put.item().get("sk").s().startsWith("X#")
                    && put.item().containsKey("status") && put.item().get("status").s().equals("Succeeded")) {
                throw new Death();
            }
        }

        @Override
        public void pulled(String function, String repository) {
            throw new AssertionError(repository);
        }

        @Override
        public void invoked(String function) {
            throw new AssertionError(function);
        }
    }

    private static Engine engine(Clients clients, Clock clock) {
        Engine engine = HOME.home().engine();
        return new Engine(new Store(clients.dynamo(), clients.s3(), engine.settings().store(clock)), clients, engine.settings(), clock,
                engine.log());
    }

    private static void reconcileIn(Duration time) {
        Engine later = engine(HOME.home().engine().clients(), Clock.offset(Clock.systemUTC(), time));
        new Reconciler(later, ReconcilerHandler.providers(later)).run();
    }

    @Test
    void anAnswerThatTheExecutionWasNotToldOfIsMadeUpForInMinutes() {
        Pipeline pipeline = HOME.create(pipeline("untold", approvals("Gate")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");
        eventually(() -> {
            reconcileIn(Duration.ofMinutes(2));
            assertThat(HOME.home().engine().store().run(run).orElseThrow().due())
                    .isGreaterThan(System.currentTimeMillis() + Duration.ofHours(5).toMillis());
        });
        Engine mortal = engine(WatchedClients.of("api", HOME.home().engine().clients(), new Mortal()), Clock.systemUTC());

        assertThatThrownBy(() -> new Approvals(mortal).decide("untold", "Gate", "Ask", token,
                ApprovalResult.builder().status(ApprovalStatus.APPROVED).summary("fine").build(), "somebody")).isInstanceOf(Death.class);
        reconcileIn(Duration.ofMinutes(2));

        pipeline.awaitSucceeded(run);
    }
}
