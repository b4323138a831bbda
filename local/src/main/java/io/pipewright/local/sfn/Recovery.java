package io.pipewright.local.sfn;

import java.util.List;

/** What a state does about failures: first its retriers, then its catchers. */
record Recovery(List<Retrier> retriers, List<Catcher> catchers) {
    static final Recovery NONE = new Recovery(List.of(), List.of());
}
