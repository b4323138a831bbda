package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads {@code Retry} and {@code Catch}. */
final class RecoveryReader {
    private static final int LARGEST_NUMBER = 99_999_999;
    private static final int LONGEST_RETRY_DELAY = 31_622_400;
    private static final Set<String> RETRIER = Set.of("ErrorEquals", "IntervalSeconds", "MaxAttempts", "BackoffRate",
            "MaxDelaySeconds", "JitterStrategy", "Comment");
    private static final Set<String> CATCHER = Set.of("ErrorEquals", "ResultPath", "Next", "Comment");

    private RecoveryReader() { }

    static Recovery recovery(Section state) {
        List<Retrier> retriers = new ArrayList<>();
        List<Section> retry = state.objects("Retry");
        for (int i = 0; i < retry.size(); i++) {
            retriers.add(retrier(retry.get(i), i == retry.size() - 1));
        }
        List<Catcher> catchers = new ArrayList<>();
        List<Section> catches = state.objects("Catch");
        for (int i = 0; i < catches.size(); i++) {
            Section each = catches.get(i);
            each.allow(CATCHER);
            each.require("ErrorEquals", "Next");
            catchers.add(new Catcher(errorEquals(each, i == catches.size() - 1), each.target("ResultPath"),
                    each.text("Next").orElse("")));
        }
        return new Recovery(List.copyOf(retriers), List.copyOf(catchers));
    }

    private static Retrier retrier(Section each, boolean last) {
        each.allow(RETRIER);
        each.require("ErrorEquals");
        String jitter = each.text("JitterStrategy").orElse("NONE");
        if (!Set.of("FULL", "NONE").contains(jitter)) {
            each.wrong("JitterStrategy", "The field 'JitterStrategy' should have one of these values: [FULL, NONE]");
        }
        JsonNode rate = each.has("BackoffRate") ? each.raw("BackoffRate") : null;
        if (rate != null && !(rate.isNumber() && rate.doubleValue() >= 1.0)) {
            each.wrong("BackoffRate", "Value must be a number greater than or equal to 1.0");
        }
        return new Retrier(errorEquals(each, last), each.integer("IntervalSeconds", 1, LARGEST_NUMBER).orElse(1),
                each.integer("MaxAttempts", 0, LARGEST_NUMBER).orElse(3), rate == null ? 2.0 : rate.doubleValue(),
                each.integer("MaxDelaySeconds", 1, LONGEST_RETRY_DELAY), jitter.equals("FULL"));
    }

    private static List<String> errorEquals(Section each, boolean last) {
        if (!each.has("ErrorEquals")) {
            return List.of();
        }
        List<String> names = each.texts("ErrorEquals");
        if (names.contains("States.ALL") && (names.size() > 1 || !last)) {
            each.wrong("ErrorEquals", "'States.ALL' must be the only error name and must be in the last entry");
        }
        return List.copyOf(names);
    }
}
