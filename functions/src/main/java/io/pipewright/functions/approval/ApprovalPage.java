package io.pipewright.functions.approval;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.Revision;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalResult;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;

/**
 * The page behind an approval's link. Whoever has the link may decide, once and nothing else; looking at the page decides nothing,
 * so that mail scanners, which follow links, don't approve.
 */
public final class ApprovalPage {
    /** How the API and the events name whoever decided by the link. */
    public static final String LINK_HOLDER = "the holder of the approval link";

    /** The API's own bound on an approval's summary. */
    private static final int LONGEST_SUMMARY = 512;
    private static final String DEADLINE = "Answer until";
    private static final DateTimeFormatter MINUTES =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'").withZone(ZoneOffset.UTC);

    private final Engine engine;
    private final Approvals approvals;

    public ApprovalPage(Engine engine) {
        this.engine = engine;
        this.approvals = new Approvals(engine);
    }

    /**
     * An answer to a browser.
     *
     * @param headers beside {@code Content-Type: text/html; charset=utf-8}
     */
    public record Page(int status, Map<String, String> headers, String html) { }

    /** An approval as its link shows it. */
    private record Link(Approvals.Pending approval, long expires) { }

    /**
     * Shows what is to be decided, or why there is nothing to decide.
     *
     * @param token the last part of the link's path
     */
    public Page get(String token) {
        Optional<Link> found = find(token);
        if (found.isEmpty()) {
            return unknown();
        }
        return isOpen(found.get())
                ? page(200, form(found.get(), "", ""), found.get()) : closed(found.get());
    }

    /**
     * Decides.
     *
     * @param form the form's fields, decoded: {@code decision} ({@code Approved} or {@code Rejected}) and {@code summary}
     */
    public Page post(String token, Map<String, String> form) {
        Optional<Link> found = find(token);
        if (found.isEmpty()) {
            return unknown();
        }
        Link link = found.get();
        if (!isOpen(link)) {
            return closed(link);
        }
        ApprovalStatus decision = ApprovalStatus.fromValue(form.get("decision"));
        // Browsers send line breaks as two characters and count them as one.
        String summary = form.getOrDefault("summary", "").replace("\r\n", "\n").strip();
        if (decision == null || decision == ApprovalStatus.UNKNOWN_TO_SDK_VERSION) {
            return again(link, summary, "Choose either Approve or Reject.");
        }
        if (summary.length() > LONGEST_SUMMARY) {
            return again(link, summary, "The comment is longer than " + LONGEST_SUMMARY + " characters. Shorten it.");
        }
        if (link.approval().requiresSummary() && summary.isEmpty()) {
            return again(link, summary, "This approval requires a comment.");
        }
        return decide(token, link, decision, summary);
    }

    private Page decide(String token, Link link, ApprovalStatus decision, String summary) {
        ActionRecord record = link.approval().record();
        try {
            approvals.decide(link.approval().run().pipeline(), record.stageName(), record.actionName(), record.id(),
                    ApprovalResult.builder().status(decision).summary(summary).build(), LINK_HOLDER);
        } catch (ApiError e) {
            return find(token).map(this::closed).orElseGet(ApprovalPage::unknown);
        }
        PageHtml html = decision == ApprovalStatus.APPROVED
                ? new PageHtml().heading("Approved").approved("Your decision is recorded, and the execution goes on. You can close this page.")
                : new PageHtml().heading("Rejected").rejected("Your decision is recorded, and the stage fails. You can close this page.");
        Map<String, String> facts = facts(link);
        facts.remove(DEADLINE);
        if (!summary.isEmpty()) {
            facts.put("Comment", summary);
        }
        return page(200, html.facts(facts), link);
    }

    private Optional<Link> find(String token) {
        LinkToken given = new LinkToken(token);
        if (!given.isWellFormed()) {
            return Optional.empty();
        }
        return engine.store().link(given.hash()).flatMap(link -> approvals
                .pending(new Store.ExternalWork(link.run(), link.startedAt(), link.actionId()))
                .filter(this::isOfItsPipeline)
                .map(approval -> new Link(approval, link.expires())));
    }

    /** A pipeline that was deleted takes its approvals along, also when another one has its name now. */
    private boolean isOfItsPipeline(Approvals.Pending approval) {
        return engine.store().entry(approval.run().pipeline()).map(PipelineEntry::generation)
                .equals(Optional.of(approval.run().generation()));
    }

    private boolean isOpen(Link link) {
        return link.approval().isUndecided() && engine.now() < link.expires();
    }

    private Page again(Link link, String summary, String error) {
        return page(400, form(link, summary, error), link);
    }

    private static PageHtml form(Link link, String summary, String error) {
        ActionRecord record = link.approval().record();
        PageHtml html = new PageHtml().heading("Approve " + record.actionName() + " of " + link.approval().run().pipeline() + "?");
        Optional.ofNullable(record.resolved().get("CustomData")).ifPresent(html::paragraph);
        return html.facts(facts(link))
                .decisionForm(summary, LONGEST_SUMMARY, link.approval().requiresSummary(), error);
    }

    private static Map<String, String> facts(Link link) {
        ActionRecord record = link.approval().record();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("Pipeline", link.approval().run().pipeline());
        facts.put("Stage", record.stageName());
        facts.put("Action", record.actionName());
        facts.put("Execution", record.run());
        Optional.ofNullable(record.resolved().get("ExternalEntityLink")).ifPresent(url -> facts.put("To review", url));
        for (Revision revision : link.approval().run().revisions()) {
            facts.put("Source " + revision.action(), described(revision));
            revision.url().ifPresent(url -> facts.put("Change in " + revision.action(), url));
        }
        facts.put("Asked", MINUTES.format(Instant.ofEpochMilli(record.startedAt())));
        facts.put(DEADLINE, MINUTES.format(Instant.ofEpochMilli(link.expires())));
        return facts;
    }

    /** Some sources' summaries are the id in other words. */
    private static String described(Revision revision) {
        String summary = revision.summary().orElse("");
        return summary.contains(revision.id()) ? summary : (summary + "\n" + revision.id()).strip();
    }

    private Page closed(Link link) {
        ActionRecord record = link.approval().record();
        Map<String, String> facts = facts(link);
        facts.remove(DEADLINE);
        if (!record.isInProgress()) {
            facts.put("Ended", MINUTES.format(Instant.ofEpochMilli(record.updatedAt())));
        }
        return page(410, ending(link).facts(facts), link);
    }

    private PageHtml ending(Link link) {
        ActionRecord record = link.approval().record();
        PageHtml html = new PageHtml();
        if (record.updatedBy().isPresent()) {
            return record.status() == ActionExecutionStatus.SUCCEEDED
                    ? html.heading("Already approved").approved("This approval has been given. There is nothing left to decide.")
                    : html.heading("Already rejected").rejected("This approval has been rejected. There is nothing left to decide.");
        }
        if (record.canceled() || record.status() == ActionExecutionStatus.ABANDONED) {
            return html.heading("No longer needed").paragraph(
                    "The execution was stopped, or the pipeline was updated, while this approval waited. Nothing was decided.");
        }
        if (engine.now() >= link.expires()) {
            return html.heading("This approval has expired").paragraph(
                    "Nobody answered in time. When the stage is retried, a new link is sent.");
        }
        // The execution knows the answer before the action's record does; a moment later the page tells it.
        return html.heading("Nothing left to decide").paragraph("This approval has ended, or somebody has just answered it.");
    }

    /** What a form of another site gets; it decides nothing. */
    public static Page foreign() {
        return new Page(403, PageHtml.HEADERS, new PageHtml().heading("Not answered from here")
                .paragraph("The answer came from a page of another site, so nothing was decided. Open the link itself and answer there.")
                .page("No approval"));
    }

    private static Page unknown() {
        return new Page(404, PageHtml.HEADERS, new PageHtml().heading("This link leads to no approval")
                .paragraph("It may have been copied incompletely, or its pipeline may have been deleted. Nothing was decided.")
                .page("No approval"));
    }

    private static Page page(int status, PageHtml html, Link link) {
        return new Page(status, PageHtml.HEADERS, html.page(
                link.approval().record().actionName() + " - " + link.approval().run().pipeline()));
    }
}
