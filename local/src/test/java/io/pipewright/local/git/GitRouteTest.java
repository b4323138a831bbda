package io.pipewright.local.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pipewright.functions.git.CodeCommitRepositories;
import io.pipewright.functions.git.GitRefusal;
import io.pipewright.functions.git.GitRepositories;
import io.pipewright.functions.git.GitSnapshot;
import io.pipewright.local.database.Database;
import io.pipewright.local.http.LocalServer;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** Repositories as the git of this machine and the functions see them. */
class GitRouteTest {
    private static final String ARN = "arn:aws:codecommit:us-east-1:000000000000:shop";

    @TempDir
    Path directory;

    private final List<String> events = new CopyOnWriteArrayList<>();
    private Database database;
    private LocalServer server;
    private LocalRepositories local;

    @BeforeEach
    void open() {
        database = Database.open(directory.resolve("home.db"), Database.Durability.NORMAL);
        LateRoute late = new LateRoute();
        server = new LocalServer(0, List.of(late));
        local = new LocalRepositories(directory.resolve("git"), endpoint().toString(), Database.Durability.FULL);
        late.route = route((arns, detail) -> {
            assertThat(arns).allMatch(arn -> arn.startsWith("arn:aws:codecommit:us-east-1:000000000000:"));
            events.add(detail);
        });
        server.start();
    }

    private GitRoute route(ReferenceEvents listener) {
        return new GitRoute(database, local, listener, "us-east-1", "000000000000");
    }

    private static final class LateRoute implements Route {
        private GitRoute route;

        @Override
        public boolean matches(Request request) {
            return route.matches(request);
        }

        @Override
        public void handle(Request request, Response response)
                throws IOException {
            route.handle(request, response);
        }
    }

    @AfterEach
    void close() {
        server.close();
        database.close();
    }

    private URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    private WorkingCopy workingCopy(String name, String repository) {
        return WorkingCopy.init(directory.resolve(name), endpoint(), repository);
    }

    // With git itself

    @Test
    void whatWasPushedIsClonedWithTheFirstBranchAsDefault() throws IOException {
        WorkingCopy git = workingCopy("work", "shop");
        git.commit("a/b.txt", "hello", "one");
        git.run("push", "-q", "origin", "main:trunk");
        String head = git.commit("a/b.txt", "bye", "two");
        git.run("push", "-q", "origin", "main:trunk", "main:other");

        for (String version : List.of("0", "1", "2")) {
            Path clone = directory.resolve("clone-" + version);
            git.run("-c", "protocol.version=" + version, "clone", "-q", WorkingCopy.url(endpoint(), "shop"), clone.toString());
            assertThat(clone.resolve("a/b.txt")).hasContent("bye");
            WorkingCopy cloned = new WorkingCopy(clone);
            assertThat(cloned.run("rev-parse", "--abbrev-ref", "HEAD").strip()).isEqualTo("trunk");
            assertThat(cloned.head()).isEqualTo(head);
            assertThat(cloned.run("rev-list", "--count", "HEAD").strip()).isEqualTo("2");
        }
        Path shallow = directory.resolve("shallow");
        git.run("clone", "-q", "--depth", "1", "http://someone:secret@127.0.0.1:" + server.port() + "/v1/repos/shop",
                shallow.toString());
        assertThat(new WorkingCopy(shallow).run("rev-list", "--count", "HEAD").strip()).isEqualTo("1");
    }

    @Test
    void everyBranchAndTagThatChangesIsTold() {
        WorkingCopy git = workingCopy("work", "shop");
        String first = git.commit("a", "1", "one");
        git.run("push", "-q", "origin", "main");
        String second = git.commit("a", "2", "two");
        git.run("push", "-q", "origin", "main", "main:feature/x");
        git.run("reset", "-q", "--hard", first);
        git.run("push", "-q", "--force", "origin", "main");
        git.run("tag", "v1");
        git.run("push", "-q", "origin", "v1");
        git.run("push", "-q", "origin", ":feature/x");
        git.run("push", "-q", "origin", "main:refs/notes/x");

        String id = "\"repositoryId\":\"" + UUID.nameUUIDFromBytes(ARN.getBytes()) + "\"";
        String main = "\"referenceType\":\"branch\",\"referenceName\":\"main\",\"referenceFullName\":\"refs/heads/main\"";
        String feature =
                "\"referenceType\":\"branch\",\"referenceName\":\"feature/x\",\"referenceFullName\":\"refs/heads/feature/x\"";
        String shop = "\"repositoryName\":\"shop\"," + id;
        assertThat(events).containsExactly(
                "{\"event\":\"referenceCreated\"," + shop + "," + main + ",\"commitId\":\"" + first + "\"}",
                "{\"event\":\"referenceUpdated\"," + shop + "," + main + ",\"commitId\":\"" + second
                        + "\",\"oldCommitId\":\"" + first + "\"}",
                "{\"event\":\"referenceCreated\"," + shop + "," + feature + ",\"commitId\":\"" + second + "\"}",
                "{\"event\":\"referenceUpdated\"," + shop + "," + main + ",\"commitId\":\"" + first
                        + "\",\"oldCommitId\":\"" + second + "\"}",
                "{\"event\":\"referenceCreated\"," + shop + ",\"referenceType\":\"tag\",\"referenceName\":\"v1\","
                        + "\"referenceFullName\":\"refs/tags/v1\",\"commitId\":\"" + first + "\"}",
                "{\"event\":\"referenceDeleted\"," + shop + "," + feature + ",\"oldCommitId\":\"" + second + "\"}");
    }

    @Test
    void aRefusedPushIsNotTold() {
        WorkingCopy git = workingCopy("work", "shop");
        git.commit("a", "1", "one");
        git.run("push", "-q", "origin", "main");
        WorkingCopy other = workingCopy("other", "shop");
        other.commit("b", "1", "unrelated");
        events.clear();

        assertThat(other.attempt("push", "-q", "origin", "main").status()).isNotZero();
        assertThat(other.attempt("push", "-q", "--force-with-lease=main:" + "1".repeat(40), "origin", "main").status())
                .isNotZero();

        assertThat(events).isEmpty();
    }

    @Test
    void aTreeThatNoOneCouldCheckOutIsRefused() throws IOException {
        WorkingCopy git = workingCopy("work", "shop");
        git.commit("a", "1", "one");
        String blob = git.run("hash-object", "-w", "a").strip();
        Path tree = directory.resolve("tree");
        Files.write(tree, treeWith("..", blob));
        String evil = git.run("hash-object", "-w", "--literally", "-t", "tree", tree.toString()).strip();
        String commit = git.run("commit-tree", "-m", "evil", evil).strip();

        assertThat(git.attempt("push", "-q", "origin", commit + ":refs/heads/evil").status()).isNotZero();
        assertThat(events).isEmpty();
    }

    private static byte[] treeWith(String name, String blob) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(("100644 " + name + "\0").getBytes());
        bytes.write(HexFormat.of().parseHex(blob));
        return bytes.toByteArray();
    }

    @Test
    void manyAndLargeFilesPass() throws IOException {
        WorkingCopy git = workingCopy("work", "large");
        Random random = new Random(7);
        byte[] noise = new byte[24 << 20];
        random.nextBytes(noise);
        Files.write(git.directory().resolve("noise.bin"), noise);
        for (int i = 0; i < 2_000; i++) {
            Path file = git.directory().resolve("d" + i % 40).resolve("f" + i);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "file " + i);
        }
        String head = git.commitAll("many");
        git.run("push", "-q", "origin", "main");
        Path clone = directory.resolve("clone");
        git.run("clone", "-q", WorkingCopy.url(endpoint(), "large"), clone.toString());
        assertThat(new WorkingCopy(clone).head()).isEqualTo(head);
        assertThat(Files.mismatch(clone.resolve("noise.bin"), git.directory().resolve("noise.bin"))).isEqualTo(-1);
    }

    @Test
    void ofConcurrentPushesToOneBranchOneWinsEachTime() throws Exception {
        List<WorkingCopy> copies = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            WorkingCopy copy = workingCopy("copy-" + i, "race");
            copy.commit("file-" + i, "x", "change " + i);
            copies.add(copy);
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Integer>> statuses = new ArrayList<>();
        for (WorkingCopy copy : copies) {
            statuses.add(threads.submit(() -> copy.attempt("push", "-q", "origin", "main").status()));
        }
        int won = 0;
        for (Future<Integer> status : statuses) {
            won += status.get() == 0 ? 1 : 0;
        }
        threads.shutdown();
        assertThat(won).isEqualTo(1);
        assertThat(events).hasSize(1).first().asString()
                .contains("\"commitId\":\"" + local.target("race", "refs/heads/main") + "\"");
    }

    // Without git

    @ParameterizedTest
    @ValueSource(strings = {"..", "%2e%2e", "a.git", "a%2f..%2fb", "x%00", "%C3%BC", ""})
    void hostileNamesReachNothing(String name) throws Exception {
        assertThat(get("/v1/repos/" + name + "/info/refs?service=git-receive-pack").statusCode()).isEqualTo(404);
        assertThat(post("/v1/repos/" + name + "/git-receive-pack", "application/x-git-receive-pack-request").statusCode())
                .isEqualTo(404);
        assertThat(directory.resolve("git")).doesNotExist();
    }

    @Test
    void askingMakesNoRepository() throws Exception {
        assertThat(get("/v1/repos/shop/info/refs?service=git-receive-pack").statusCode()).isEqualTo(200);
        assertThat(get("/v1/repos/shop/info/refs?service=git-upload-pack").statusCode()).isEqualTo(404);
        assertThat(get("/v1/repos/shop/info/refs").statusCode()).isEqualTo(403);
        assertThat(get("/v1/repos/shop/HEAD").statusCode()).isEqualTo(404);
        assertThat(post("/v1/repos/shop/git-receive-pack", "text/plain").statusCode()).isEqualTo(404);
        assertThat(directory.resolve("git")).doesNotExist();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send(HttpRequest.newBuilder(endpoint().resolve(path)));
    }

    private HttpResponse<String> post(String path, String type) throws Exception {
        return send(HttpRequest.newBuilder(endpoint().resolve(path)).header("Content-Type", type)
                .POST(BodyPublishers.ofString("0000")));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    }

    // As the functions read them: at home, and over HTTP as from CodeCommit

    private List<GitRepositories> readers() {
        return List.of(local, new CodeCommitRepositories(endpoint().toString(), "us-east-1",
                StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")), Clock.systemUTC()));
    }

    @Test
    void bothReadersSeeTheSame() throws Exception {
        WorkingCopy git = workingCopy("work", "shop");
        String first = git.commit("a.txt", "1", "one\n\nbody");
        git.commit("a.txt", "2", "two");
        git.run("push", "-q", "origin", "main", "main:feature/x");
        String head = git.commit("a.txt", "3", "three");
        git.run("push", "-q", "origin", "main");
        List<Path> before = temporary();
        List<byte[]> zips = new ArrayList<>();
        for (GitRepositories reader : readers()) {
            assertThat(reader.cloneUrl("shop")).isEqualTo(WorkingCopy.url(endpoint(), "shop"));
            assertThat(reader.head("shop", "main")).isEqualTo(head);
            assertThat(reader.head("shop", "feature/x")).isNotEqualTo(head);
            for (String commit : List.of(first, head)) {
                try (GitSnapshot snapshot = reader.open("shop", "main", Optional.of(commit))) {
                    assertThat(snapshot.commit().id()).isEqualTo(commit);
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    snapshot.writeZip(out, Long.MAX_VALUE);
                    zips.add(out.toByteArray());
                }
            }
            try (GitSnapshot snapshot = reader.open("shop", "main", Optional.empty())) {
                assertThat(snapshot.commit().message()).isEqualTo("three");
            }
        }
        assertThat(zips.get(0)).isEqualTo(zips.get(2));
        assertThat(zips.get(1)).isEqualTo(zips.get(3));
        assertThat(before).containsAll(temporary());
    }

    @Test
    void bothReadersSayWhatIsMissing() throws IOException {
        WorkingCopy git = workingCopy("work", "shop");
        git.commit("a.txt", "1", "one");
        git.run("push", "-q", "origin", "main");
        String tree = git.run("rev-parse", "HEAD^{tree}").strip();
        List<Path> before = temporary();
        for (GitRepositories reader : readers()) {
            for (String name : List.of("absent", "../shop", "shop.git", "a/b", "")) {
                refused(() -> reader.head(name, "main"), "repository " + name + " was not found");
                refused(() -> reader.open(name, "main", Optional.empty()), "repository " + name + " was not found");
            }
            for (String branch : List.of("absent", "", "../main", "main^", "*")) {
                refused(() -> reader.head("shop", branch), "no branch named " + branch + " was found");
            }
            for (String commit : List.of("0123456789".repeat(4), tree, "main", "HEAD", "")) {
                refused(() -> reader.open("shop", "main", Optional.of(commit)), "no commit " + commit + " was found");
            }
        }
        assertThat(before).containsAll(temporary());
    }

    private static void refused(ThrowingCallable call, String text) {
        assertThatThrownBy(call).isInstanceOf(GitRefusal.class).hasMessageContaining(text);
    }

    private static List<Path> temporary() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith("pipewright-git")).toList();
        }
    }

    // Death

    @Test
    void aPushIsToldAfterTheProcessDiedBetweenTheReferenceAndTheEvent() throws Exception {
        Path home = Files.createDirectories(directory.resolve("victim"));
        Path output = directory.resolve("output");
        Process victim = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                GitRouteTest.class.getName(), home.toString())
                .redirectOutput(output.toFile()).redirectError(directory.resolve("errors").toFile()).start();
        await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> Files.size(output) > 0);
        WorkingCopy git = WorkingCopy.init(
                directory.resolve("work"), URI.create(Files.readString(output).strip()), "shop");
        String commit = git.commit("a", "1", "one");
        git.attempt("push", "-q", "origin", "main");
        assertThat(victim.waitFor()).isEqualTo(137);

        List<String> told = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (Database reopened = Database.open(home.resolve("home.db"), Database.Durability.NORMAL)) {
                new GitRoute(reopened, new LocalRepositories(home.resolve("git"), "", Database.Durability.NORMAL),
                        (arns, detail) -> told.add(detail), "us-east-1", "000000000000").start();
            }
        }
        assertThat(told).hasSize(1).first().asString().contains("\"commitId\":\"" + commit + "\"");
    }

    @Test
    void aChangeThatWasOnlyAnnouncedIsForgotten() {
        WorkingCopy git = workingCopy("work", "shop");
        String commit = git.commit("a", "1", "one");
        git.run("push", "-q", "origin", "main");
        events.clear();
        new PushLog(database, (arns, detail) -> { }, "").begin(List.of(
                new RefChange("shop", "refs/heads/main", commit, "1".repeat(40)),
                new RefChange("shop", "refs/heads/new", RefChange.NOTHING, commit),
                new RefChange("never", "refs/heads/main", RefChange.NOTHING, commit),
                new RefChange("shop", "refs/heads/gone", commit, RefChange.NOTHING)));

        route((arns, detail) -> events.add(detail)).start();

        assertThat(events).hasSize(1).first().asString().contains("referenceDeleted");
    }

    @Test
    void whatCouldNotBeToldIsToldWithTheNextPush() {
        List<String> told = new ArrayList<>();
        boolean[] broken = {true};
        PushLog log = new PushLog(database, (arns, detail) -> {
            if (broken[0]) {
                throw new IllegalStateException("broken");
            }
            told.add(detail);
        }, "");
        RefChange change = new RefChange("shop", "refs/heads/main", RefChange.NOTHING, "1".repeat(40));
        log.made(log.begin(List.of(change)).get(0), change);
        assertThatThrownBy(log::tell).hasMessage("broken");
        broken[0] = false;
        log.tell();
        log.tell();
        assertThat(told).hasSize(1);
    }

    /** The victim: dies when it has an event to tell. */
    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        LateRoute late = new LateRoute();
        LocalServer server = new LocalServer(0, List.of(late));
        late.route = new GitRoute(Database.open(home.resolve("home.db"), Database.Durability.NORMAL),
                new LocalRepositories(home.resolve("git"), "", Database.Durability.NORMAL),
                (arns, detail) -> Runtime.getRuntime().halt(137), "us-east-1", "000000000000");
        server.start();
        System.out.println("http://127.0.0.1:" + server.port());
    }
}
