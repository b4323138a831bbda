package io.pipewright.local.home;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * One Chromium for a test class, the machine's own; without one (or without Node, which drives it) the class is skipped and says so.
 * Whatever a page asks of another host than this machine, and whatever the browser complains of, fails the test that opened it.
 */
final class Browser implements ExecutionCondition, BeforeAllCallback, AfterEachCallback, AfterAllCallback {
    /** For people: every page that the tests have seen. */
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final Optional<Path> PROGRAM = onPath("chromium", "chromium-browser", "google-chrome");
    private static final Optional<Path> NODE = onPath("node");
    private static final List<String> FLAGS = List.of("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost");
    private static final double PATIENCE_MILLIS = 60_000;

    private final List<BrowserContext> visits = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private Playwright playwright;
    private com.microsoft.playwright.Browser chromium;

    /** What the visitor has in front of them. */
    enum Device {
        DESKTOP(1280, 900), PHONE(360, 740);

        private final int width;
        private final int height;

        Device(int width, int height) {
            this.width = width;
            this.height = height;
        }
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (PROGRAM.isEmpty()) {
            return ConditionEvaluationResult.disabled("No Chromium is installed, so the approval pages are not seen in a browser");
        }
        return NODE.isEmpty()
                ? ConditionEvaluationResult.disabled("Node is not installed, so the approval pages are not seen in a browser")
                : ConditionEvaluationResult.enabled("Chromium and Node are installed");
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of(
                "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "PLAYWRIGHT_NODEJS_PATH", NODE.orElseThrow().toString())));
        chromium = playwright.chromium().launch(new BrowserType.LaunchOptions()
                .setExecutablePath(PROGRAM.orElseThrow()).setHeadless(true).setArgs(FLAGS).setTimeout(PATIENCE_MILLIS));
    }

    private static Optional<Path> onPath(String... programs) {
        List<Path> folders = Stream.of(System.getenv("PATH").split(File.pathSeparator)).map(Path::of).toList();
        return Stream.of(programs).flatMap(program -> folders.stream().map(folder -> folder.resolve(program)))
                .filter(Files::isExecutable).findFirst();
    }

    /** A page in a browser that nobody has used before. */
    Page open(Device device) {
        return open(device, new com.microsoft.playwright.Browser.NewContextOptions());
    }

    /** The same with scripts turned off. */
    Page openWithoutScripts(Device device) {
        return open(device, new com.microsoft.playwright.Browser.NewContextOptions().setJavaScriptEnabled(false));
    }

    /** The same for those who like it dark. */
    Page openInTheDark(Device device) {
        return open(device, new com.microsoft.playwright.Browser.NewContextOptions().setColorScheme(ColorScheme.DARK));
    }

    private Page open(Device device, com.microsoft.playwright.Browser.NewContextOptions options) {
        BrowserContext visit = chromium.newContext(options.setViewportSize(device.width, device.height)
                .setIsMobile(device == Device.PHONE).setHasTouch(device == Device.PHONE));
        visits.add(visit);
        visit.setDefaultTimeout(PATIENCE_MILLIS);
        visit.onRequest(request -> requests.add(request.url()));
        visit.onConsoleMessage(message -> complaints.add(message.type() + ": " + message.text()));
        visit.onWebError(error -> complaints.add(error.error()));
        return visit.newPage();
    }

    /** Keeps a picture of the whole page. */
    static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    /** What the browser has complained of since the test began; a test that expects it takes it here. */
    List<String> complaints() {
        List<String> taken = List.copyOf(complaints);
        complaints.clear();
        return taken;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        visits.forEach(BrowserContext::close);
        visits.clear();
        List<String> asked = List.copyOf(requests);
        requests.clear();
        assertThat(asked).allSatisfy(url -> assertThat(URI.create(url).getHost()).isIn("127.0.0.1", "localhost"));
        assertThat(complaints()).isEmpty();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (chromium != null) {
            chromium.close();
        }
        if (playwright != null) {
            playwright.close();
        }
    }
}
