package io.pipewright.local.importing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.approval.ApprovalHandler;
import io.pipewright.functions.build.BuildHandler;
import io.pipewright.functions.compute.ComputeHandler;
import io.pipewright.functions.deploy.DeployHandler;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.invoke.InvokeHandler;
import io.pipewright.functions.source.SourceHandler;
import io.pipewright.functions.test.TestHandler;
import io.pipewright.local.database.Database;
import io.pipewright.local.home.LocalHome;
import io.pipewright.statemachine.definition.Limits;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;

class RunnableTypesTest {
    @Test
    void theyAreThoseOfTheHandlers(@TempDir Path data) {
        try (LocalHome home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL))) {
            Engine engine = home.engine();
            Map<ActionCategory, ActionHandler> handlers = Map.of(
                    ActionCategory.SOURCE, new SourceHandler(engine), ActionCategory.BUILD, new BuildHandler(engine),
                    ActionCategory.TEST, new TestHandler(engine), ActionCategory.APPROVAL, new ApprovalHandler(engine),
                    ActionCategory.DEPLOY, new DeployHandler(engine), ActionCategory.INVOKE, new InvokeHandler(engine),
                    ActionCategory.COMPUTE, new ComputeHandler(engine));
            Map<ActionCategory, Set<String>> run = new TreeMap<>();
            handlers.forEach((category, handler) -> run.put(category, handler.providers()));
            assertThat(run).isEqualTo(new TreeMap<>(RunnableTypes.PROVIDERS));
        }
    }
}
