package io.pipewright.local.watch;

import io.pipewright.functions.git.GitRefusal;
import io.pipewright.functions.git.GitRepositories;
import io.pipewright.functions.git.GitSnapshot;
import io.pipewright.functions.settings.Clients;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.function.Consumer;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sns.SnsClient;

/** Clients that tell a {@link Watch} of every call. */
public final class WatchedClients {
    private final String function;
    private final Watch watch;

    private WatchedClients(String function, Watch watch) {
        this.function = function;
        this.watch = watch;
    }

    /** The same clients as one function's, watched. */
    public static Clients of(String function, Clients clients, Watch watch) {
        WatchedClients watched = new WatchedClients(function, watch);
        return new Clients(
                watched.client(DynamoDbClient.class, clients.dynamo()),
                watched.client(SfnClient.class, clients.sfn()),
                watched.client(EventBridgeClient.class, clients.events()),
                () -> watched.client(S3Client.class, clients.s3().get()),
                () -> watched.client(SnsClient.class, clients.sns().get()),
                () -> watched.client(LambdaClient.class, clients.lambda().get()),
                () -> watched.client(CodeBuildClient.class, clients.codeBuild().get()),
                () -> watched.new Repositories(clients.git().get()));
    }

    private <C extends SdkClient> C client(Class<C> type, C client) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, new Calls(client)));
    }

    /** Calls with a request are told; those that only build one come back here with it. */
    private final class Calls implements InvocationHandler {
        private final SdkClient client;

        Calls(SdkClient client) {
            this.client = client;
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            Object first = arguments == null || arguments.length == 0 ? null : arguments[0];
            if (first instanceof Consumer) {
                return InvocationHandler.invokeDefault(proxy, method, arguments);
            }
            try {
                Object answer = method.invoke(client, arguments);
                tell(first, answer);
                return answer;
            } catch (InvocationTargetException e) {
                tell(first, e.getCause());
                throw e.getCause();
            }
        }

        private void tell(Object argument, Object answer) {
            if (argument instanceof SdkRequest request) {
                watch.called(function, request, answer);
            }
        }
    }

    private final class Repositories implements GitRepositories {
        private final GitRepositories repositories;

        Repositories(GitRepositories repositories) {
            this.repositories = repositories;
        }

        @Override
        public String head(String repository, String branch) throws GitRefusal {
            String head = repositories.head(repository, branch);
            watch.pulled(function, repository);
            return head;
        }

        @Override
        public GitSnapshot open(String repository, String branch, Optional<String> commit) throws GitRefusal {
            GitSnapshot snapshot = repositories.open(repository, branch, commit);
            watch.pulled(function, repository);
            return snapshot;
        }

        @Override
        public String cloneUrl(String repository) {
            return repositories.cloneUrl(repository);
        }
    }
}
