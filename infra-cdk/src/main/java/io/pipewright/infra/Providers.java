package io.pipewright.infra;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.constructs.Construct;

/**
 * What actions may use: as the functions' own roles the buckets, projects and functions that the deployment names, and beyond them
 * roles that are tagged for it or named.
 */
final class Providers extends Construct {
    /** The tag by which a role says that this deployment may assume it; its value is the prefix without the hyphen. */
    static final String ROLE_TAG = "pipewright";

    private final Decisions decisions;
    private final Functions functions;

    Providers(Construct scope, Decisions decisions, Functions functions, Storage storage) {
        super(scope, "Providers");
        this.decisions = decisions;
        this.functions = functions;
        allowSources(storage);
        allowRepositories();
        allowBuilds();
        allowDeployments(storage);
        allowInvocations();
        Handler.all().filter(Handler::actsAsRoles).map(functions::of).forEach(this::allowRoles);
    }

    private void allowSources(Storage storage) {
        List<String> buckets = Arns.buckets(this, decisions.sourceBuckets());
        List<String> objects = Arns.objects(this, decisions.sourceBuckets());
        HandlerFunction source = functions.of(Handler.SOURCE);
        source.allow(List.of("s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectVersionTagging"), objects);
        source.allow(List.of("s3:PutObject", "s3:PutObjectTagging"), storage.artifactObjects(decisions));
        functions.of(Handler.RECONCILER).allow(List.of("s3:GetObject"), objects);
        // Without it S3 says of a missing object that access is denied.
        functions.of(List.of(Handler.SOURCE, Handler.RECONCILER)).forEach(function ->
                function.allow(List.of("s3:ListBucket"), buckets));
    }

    /** Repositories are read by Git's own protocol alone. */
    private void allowRepositories() {
        functions.of(List.of(Handler.SOURCE, Handler.RECONCILER)).forEach(function -> function.allow(
                List.of("codecommit:GitPull"), Arns.repositories(this, decisions.sourceRepositories())));
    }

    private void allowBuilds() {
        List<String> projects = Arns.projects(this, decisions.buildProjects());
        functions.of(List.of(Handler.BUILD, Handler.TEST)).forEach(function -> function.allow(
                List.of("codebuild:BatchGetBuilds", "codebuild:ListBuildsForProject", "codebuild:StartBuild"), projects));
        functions.of(List.of(Handler.COMPLETION, Handler.RECONCILER)).forEach(function ->
                function.allow(List.of("codebuild:BatchGetBuilds"), projects));
    }

    private void allowDeployments(Storage storage) {
        HandlerFunction deploy = functions.of(Handler.DEPLOY);
        deploy.allow(List.of("s3:GetObject"), storage.artifactObjects(decisions));
        deploy.allow(List.of("s3:ListBucket"), storage.artifactBuckets(decisions));
        deploy.allow(List.of("s3:AbortMultipartUpload", "s3:PutObject", "s3:PutObjectAcl"),
                Arns.objects(this, decisions.deployBuckets()));
    }

    /** An action's first job is handed over by its own function, later ones by whoever hears the answer before. */
    private void allowInvocations() {
        List<String> names = decisions.invokeFunctions();
        List<String> invoked = Stream.concat(
                names.stream(), names.stream().map(name -> name + ":*")).toList();
        functions.of(List.of(Handler.INVOKE, Handler.JOBS, Handler.API, Handler.RECONCILER)).forEach(function ->
                function.allow(List.of("lambda:InvokeFunction"), Arns.functions(this, invoked)));
    }

    private void allowRoles(HandlerFunction function) {
        String tag = decisions.prefix().substring(0, decisions.prefix().length() - 1);
        function.allow(List.of("sts:AssumeRole"), List.of(Arns.role(this, "*")),
                Map.of("StringEquals", Map.of("aws:ResourceTag/" + ROLE_TAG, tag)));
        function.allow(List.of("sts:AssumeRole"), decisions.assumableRoles());
    }
}
