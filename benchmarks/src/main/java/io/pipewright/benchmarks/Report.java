package io.pipewright.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.Locale;

/** Prints figures as they come, one a line. */
final class Report {

    /** A new section, with what else the machine does at this moment. */
    void section(String title) {
        System.out.printf(Locale.ROOT, "%n%s   [load average %.1f on %d processors]%n", title,
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
                Runtime.getRuntime().availableProcessors());
    }

    void figure(String name, Samples samples) {
        line(name, samples.toString());
    }

    void figure(String name, double value, String unit) {
        line(name, String.format(Locale.ROOT, "%10.1f %s", value, unit));
    }

    /** What was measured beside what it is measured by, and the bound of their medians' ratio. */
    void ratio(String name, Samples samples, Samples base, double bound) {
        line(name, String.format(Locale.ROOT, "median %6.1f ms   bare %6.1f ms   ratio %5.2f (at most %.1f)   (%d)",
                samples.median(), base.median(), samples.median() / base.median(), bound, samples.count()));
    }

    private static void line(String name, String value) {
        System.out.printf("  %-52s %s%n", name, value);
    }
}
