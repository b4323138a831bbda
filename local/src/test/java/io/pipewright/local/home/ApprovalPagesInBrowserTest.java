package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Request;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import com.sun.net.httpserver.HttpServer;
import io.pipewright.functions.approval.ApprovalPage;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.gateway.ReviewHandler;
import io.pipewright.functions.log.Log;
import io.pipewright.local.git.WorkingCopy;
import io.pipewright.local.home.Browser.Device;
import io.pipewright.local.sns.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** The approval pages in a real browser: the link of the notification is opened, read and answered as a person does it. */
@Timeout(120)
class ApprovalPagesInBrowserTest {
    @RegisterExtension
    @Order(1)
    static final Browser BROWSER = new Browser();

    @RegisterExtension
    @Order(2)
    static final TestHome HOME = new TestHome();

    /** A pipeline whose approval waits, and the link that was sent for it. */
    private record Asked(Pipeline pipeline, String run, String token, String link) {

        ActionExecutionDetail action() {
            return pipeline.newest(run, "Ask").orElseThrow();
        }

        void isUndecided() {
            assertThat(action().status()).isEqualTo(ActionExecutionStatus.IN_PROGRESS);
        }

        void wasDecidedByItsHolder(ActionExecutionStatus status, String summary) {
            pipeline.awaitAction(run, "Ask", status);
            assertThat(action().updatedBy()).isEqualTo(ApprovalPage.LINK_HOLDER);
            assertThat(action().output().executionResult().externalExecutionSummary()).isEqualTo(summary);
        }
    }

    private static Asked ask(String name) {
        return ask(name, Map.of());
    }

    private static Asked ask(String name, Map<String, String> configuration) {
        return ask(name, source(), configuration);
    }

    private static Asked ask(String name, StageDeclaration source, Map<String, String> configuration) {
        Pipeline pipeline = HOME.create(declaration(name, source, configuration));
        return asked(pipeline, pipeline.firstRun());
    }

    private static PipelineDeclaration declaration(String name, StageDeclaration source, Map<String, String> configuration) {
        Map<String, String> announced = new HashMap<>(configuration);
        announced.put("NotificationArn", topic(name));
        return pipeline(name, source, stage("Production", approval("Ask").toBuilder().configuration(announced).build()));
    }

    private static String topic(String name) {
        return HOME.home().topics().createTopic(request -> request.name(name)).topicArn();
    }

    private static Asked asked(Pipeline pipeline, String run) {
        String token = pipeline.awaitToken(run, "Production", "Ask");
        String message = HOME.home().topics().messages().stream().map(Message::message)
                .filter(text -> text.contains(token)).findFirst().orElseThrow();
        return new Asked(pipeline, run, token, Wire.json(message).at("/approval/approvalReviewLink").asText());
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator comment(Page page) {
        return page.getByRole(AriaRole.TEXTBOX);
    }

    private static String heading(Page page) {
        return page.getByRole(AriaRole.HEADING, new Page.GetByRoleOptions().setLevel(1)).innerText();
    }

    private static String text(Page page) {
        return page.locator("body").innerText();
    }

    private static Response visit(Page page, String link) {
        return page.navigate(link);
    }

    /** Presses a button and waits for the page that comes. */
    private static Response press(Page page, String button) {
        return page.waitForResponse(answer -> answer.request().method().equals("POST"), button(page, button)::click);
    }

    // What a reviewer reads

    @ParameterizedTest
    @EnumSource
    void theReviewerReadsWhatIsToBeDecided(Device device, @TempDir Path directory) throws IOException {
        String name = "shop-release-" + device.name().toLowerCase(Locale.ROOT);
        WorkingCopy git = WorkingCopy.init(directory.resolve("shop"), HOME.home().endpoint(), name);
        String commit = git.commit("index.html", "<p>hello", "Show prices with <b>VAT</b>\n\nFor \"Benelux\" & Nordics.");
        git.run("push", "-q", "origin", "main");
        StageDeclaration source = stage("Source", Sample.action("Checkout", ActionCategory.SOURCE, "CodeCommit",
                Map.of("RepositoryName", name, "BranchName", "main", "PollForSourceChanges", "false")).toBuilder().namespace("Git")
                .outputArtifacts(OutputArtifact.builder().name("App").build()).build());
        Asked asked = ask(name, source, Map.of(
                "CustomData", "Please look at the prices on the staging site.\nCommit #{Git.CommitId} <script>alert(1)</script>",
                "ExternalEntityLink", "https://staging.shop.example/prices?currency=EUR&vat=1"));

        Page page = BROWSER.open(device);
        assertThat(visit(page, asked.link()).status()).isEqualTo(200);
        Browser.picture(page, "asked-" + device);

        assertThat(page.title()).contains("Ask").contains(name);
        assertThat(text(page)).contains(name, "Production", "Ask", asked.run(), "Checkout", commit,
                "Show prices with <b>VAT</b>\n\nFor \"Benelux\" & Nordics.",
                "Please look at the prices on the staging site.\nCommit " + commit + " <script>alert(1)</script>", "optional");
        assertThat(page.locator("a").evaluateAll("links => links.map(link => link.href)").toString())
                .contains("https://staging.shop.example/prices?currency=EUR&vat=1");
        assertThat(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))
                .as("nothing is wider than the screen").isEqualTo(true);
        for (String button : List.of("Approve", "Reject")) {
            assertThat(button(page, button).boundingBox().height).as("a finger meets " + button).isGreaterThanOrEqualTo(44);
        }
        asked.isUndecided();
    }

    @Test
    void thePageCanBeDark() {
        Asked asked = ask("dark", Map.of("CustomData", "Is it dark?", "ExternalEntityLink", "https://night.example"));
        Page page = BROWSER.openInTheDark(Device.PHONE);
        visit(page, asked.link());
        Browser.picture(page, "asked-dark");
        assertThat(page.evaluate("getComputedStyle(document.body).backgroundColor").toString()).startsWith("rgb(");
    }

    // Answers

    @Test
    void approvingWithACommentLetsThePipelineGoOn() {
        Asked asked = ask("approved");
        Page page = BROWSER.open(Device.DESKTOP);
        visit(page, asked.link());
        comment(page).fill("Looks good.\nShip it & celebrate!");

        assertThat(press(page, "Approve").status()).isEqualTo(200);

        Browser.picture(page, "approved");
        assertThat(heading(page)).isEqualTo("Approved");
        asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "Looks good.\nShip it & celebrate!");
        asked.pipeline().awaitSucceeded(asked.run());
    }

    @Test
    void rejectingFailsTheExecution() {
        Asked asked = ask("rejected");
        Page page = BROWSER.open(Device.PHONE);
        visit(page, asked.link());
        comment(page).fill("The prices are wrong.");

        assertThat(press(page, "Reject").status()).isEqualTo(200);

        Browser.picture(page, "rejected");
        assertThat(heading(page)).isEqualTo("Rejected");
        asked.wasDecidedByItsHolder(ActionExecutionStatus.FAILED, "The prices are wrong.");
        asked.pipeline().awaitFailed(asked.run());
    }

    @Test
    void withoutACommentTheHolderOfTheLinkIsNamed() {
        Asked asked = ask("wordless");
        Page page = BROWSER.open(Device.PHONE);
        visit(page, asked.link());
        press(page, "Approve");
        asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "Approved by " + ApprovalPage.LINK_HOLDER);
    }

    @Test
    void scriptsAreNotNeeded() {
        Asked asked = ask("scriptless");
        Page page = BROWSER.openWithoutScripts(Device.DESKTOP);
        visit(page, asked.link());
        comment(page).fill("by hand");
        assertThat(press(page, "Approve").status()).isEqualTo(200);
        asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "by hand");
    }

    @Test
    void aRequiredCommentIsAskedFor() {
        Asked asked = ask("wordy", Map.of("IsSummaryRequired", "true"));
        Page page = BROWSER.open(Device.PHONE);
        visit(page, asked.link());

        button(page, "Approve").click();
        assertThat(comment(page).evaluate("field => field.validity.valueMissing")).isEqualTo(true);

        comment(page).fill("   ");
        assertThat(press(page, "Reject").status()).isEqualTo(400);
        Browser.picture(page, "comment-required");
        assertThat(page.getByRole(AriaRole.ALERT).innerText()).isEqualTo("This approval requires a comment.");
        asked.isUndecided();
        assertThat(BROWSER.complaints()).singleElement().asString().contains("400");

        comment(page).fill("because");
        press(page, "Reject");
        asked.wasDecidedByItsHolder(ActionExecutionStatus.FAILED, "because");
    }

    @Test
    void aCommentMayBeAsLongAsTheApiAllows() {
        Asked asked = ask("long");
        String longest = "line\n".repeat(102) + "ä€";
        Page page = BROWSER.open(Device.DESKTOP);
        visit(page, asked.link());

        comment(page).focus();
        page.keyboard().insertText(longest + "too much");
        assertThat(comment(page).inputValue()).isEqualTo(longest);
        press(page, "Approve");

        asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, longest);
    }

    // Once

    @Test
    void aDoubleClickDecidesOnce() {
        Asked asked = ask("impatient");
        Page page = BROWSER.open(Device.DESKTOP);
        visit(page, asked.link());
        Set<Request> underWay = new HashSet<>();
        page.onRequest(underWay::add);
        page.onRequestFinished(underWay::remove);
        page.onRequestFailed(underWay::remove);

        button(page, "Approve").dblclick();

        asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "Approved by " + ApprovalPage.LINK_HOLDER);
        asked.pipeline().awaitSucceeded(asked.run());
        // What the second click asked for may still be on its way; the page would be called away from another visit.
        Page again = BROWSER.open(Device.DESKTOP);
        assertThat(visit(again, asked.link()).status()).isEqualTo(410);
        assertThat(heading(again)).isEqualTo("Already approved");
        page.waitForCondition(underWay::isEmpty);
        BROWSER.complaints();
    }

    @Test
    void aSecondTabFindsTheAnswerOfTheFirst() {
        Asked asked = ask("tabs");
        Page first = BROWSER.open(Device.DESKTOP);
        Page second = first.context().newPage();
        visit(first, asked.link());
        visit(second, asked.link());

        press(first, "Approve");
        assertThat(press(second, "Reject").status()).isEqualTo(410);

        Browser.picture(second, "used");
        assertThat(heading(second)).isEqualTo("Already approved");
        asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "Approved by " + ApprovalPage.LINK_HOLDER);
        assertThat(first.reload().status()).isEqualTo(410);
        assertThat(BROWSER.complaints()).hasSize(2).allSatisfy(complaint -> assertThat(complaint).contains("410"));
    }

    @Test
    void whatWasDecidedElsewhereMeanwhileStands() {
        Asked asked = ask("elsewhere");
        Page page = BROWSER.open(Device.PHONE);
        visit(page, asked.link());
        asked.pipeline().answer("Production", "Ask", asked.token(), ApprovalStatus.REJECTED, "by the API");

        assertThat(press(page, "Approve").status()).isEqualTo(410);

        Browser.picture(page, "decided-elsewhere");
        assertThat(heading(page)).isEqualTo("Already rejected");
        assertThat(asked.action().output().executionResult().externalExecutionSummary()).isEqualTo("by the API");
        assertThat(asked.action().updatedBy()).isEqualTo(HOME.caller());
        assertThat(BROWSER.complaints()).hasSize(1);
    }

    @Test
    void aStoppedExecutionIsNotApproved() {
        Asked asked = ask("stopped");
        Page page = BROWSER.open(Device.PHONE);
        visit(page, asked.link());
        asked.pipeline().stop(asked.run(), true, "not today");

        assertThat(press(page, "Approve").status()).isEqualTo(410);

        Browser.picture(page, "stopped");
        assertThat(text(page)).contains("stopped");
        asked.pipeline().awaitAction(asked.run(), "Ask", ActionExecutionStatus.ABANDONED);
        assertThat(BROWSER.complaints()).hasSize(1);
    }

    // Links that lead nowhere

    @Test
    void aWrongLinkSaysSo() {
        Asked asked = ask("mistaken");
        Page page = BROWSER.open(Device.PHONE);

        assertThat(visit(page, asked.link().substring(0, asked.link().length() - 1)).status()).isEqualTo(404);
        Browser.picture(page, "wrong");
        assertThat(button(page, "Approve").count()).isZero();
        String pages = asked.link().substring(0, asked.link().lastIndexOf('/') + 1);
        assertThat(visit(page, pages + asked.token()).status()).as("the API's token is no link").isEqualTo(404);

        asked.isUndecided();
        assertThat(BROWSER.complaints()).hasSize(2);
    }

    @Test
    void aLinkDecidesNothingOfAnotherPipeline() {
        Asked old = ask("renewed");
        Asked other = ask("neighbour");
        HOME.codePipeline().deletePipeline(request -> request.name("renewed"));
        Asked renewed = ask("renewed");
        Page page = BROWSER.open(Device.DESKTOP);

        assertThat(visit(page, old.link()).status()).isEqualTo(404);
        Browser.picture(page, "of-a-deleted-pipeline");
        visit(page, other.link());
        page.locator("form").evaluate("form => form.insertAdjacentHTML('beforeend', "
                + "'<input type=hidden name=pipelineName value=renewed><input type=hidden name=token value=" + renewed.token() + ">')");
        press(page, "Approve");

        other.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "Approved by " + ApprovalPage.LINK_HOLDER);
        renewed.isUndecided();
        assertThat(BROWSER.complaints()).hasSize(1);
    }

    /** The pages as the deployed API serves them, on a clock that is eight days ahead. */
    @Test
    void anExpiredLinkDecidesNothing() {
        Asked asked = ask("late");
        Engine plain = HOME.home().engine();
        Clock inEightDays = Clock.offset(Clock.systemUTC(), Duration.ofDays(8));
        Engine late = new Engine(plain.store(), plain.clients(), plain.settings(), inEightDays, Log.to(line -> { }));
        Page page = BROWSER.open(Device.PHONE);
        try (GatewayServer now = new GatewayServer("live", new ReviewHandler(plain), GatewayServer.Authorizer.NONE);
                GatewayServer then = new GatewayServer("live", new ReviewHandler(late), GatewayServer.Authorizer.NONE)) {
            String path = asked.link().substring(asked.link().indexOf("/approvals/"));
            assertThat(visit(page, then.url() + path).status()).isEqualTo(410);
            Browser.picture(page, "expired");
            assertThat(button(page, "Approve").count()).isZero();
            asked.isUndecided();

            assertThat(visit(page, now.url() + path).status()).isEqualTo(200);
            press(page, "Approve");
            asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "Approved by " + ApprovalPage.LINK_HOLDER);
        }
        assertThat(BROWSER.complaints()).singleElement().asString().contains("410");
    }

    // Other sites

    /** A mail is read on one: its link opens the page, its form decides nothing, its frame shows nothing. */
    @Test
    void anotherSiteMayLinkButNeitherDecideNorFrame() throws IOException {
        Asked asked = ask("mailed");
        HttpServer mail = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        byte[] html = ("<a href='LINK'>Review</a><form method=post action='LINK'><button name=decision value=Approved>Win</button></form>"
                + "<iframe src='LINK'></iframe>").replace("LINK", asked.link()).getBytes(StandardCharsets.UTF_8);
        mail.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, html.length);
            exchange.getResponseBody().write(html);
            exchange.close();
        });
        mail.start();
        try {
            Page page = BROWSER.open(Device.DESKTOP);
            // Another port is another origin of the same site, another name is another site.
            visit(page, "http://127.0.0.1:" + mail.getAddress().getPort() + "/");
            assertThat(page.frames().get(1).content()).doesNotContain("Approve");
            assertThat(BROWSER.complaints()).anyMatch(complaint -> complaint.contains("in a frame") || complaint.contains("Framing"));

            String site = "http://localhost:" + mail.getAddress().getPort() + "/";
            visit(page, site);
            assertThat(page.frames().get(1).content()).doesNotContain("Approve");
            assertThat(press(page, "Win").status()).isEqualTo(403);
            asked.isUndecided();
            BROWSER.complaints();

            visit(page, site);
            page.getByText("Review").click();
            page.waitForURL(asked.link());
            BROWSER.complaints();
            press(page, "Approve");
            asked.wasDecidedByItsHolder(ActionExecutionStatus.SUCCEEDED, "Approved by " + ApprovalPage.LINK_HOLDER);
        } finally {
            mail.stop(0);
        }
    }
}
