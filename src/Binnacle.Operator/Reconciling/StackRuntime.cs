using System.Collections.Immutable;
using Binnacle.Api;
using Binnacle.Operator.Advice;
using Binnacle.Operator.Live;
using Binnacle.Operator.Loading;
using Binnacle.Rendering;
using Kubernetes.Models;

namespace Binnacle.Operator.Reconciling;

/// <summary>Names an intent: the same uid and generation mean the same spec.</summary>
internal readonly record struct IntentId(string Uid, long Generation);

/// <summary>A resource that a component refused, in which state, and why.</summary>
internal sealed record RefusedResource(IntentId Intent, string Message);

/// <summary>
/// What the operator remembers of one stack between reconciliations. Nothing in it must survive a restart: all of it
/// can be had again from the cluster and the components.
/// </summary>
internal sealed class StackRuntime
{
    private const int HistoryLength = 10;

    private readonly Lock _lock = new();
    private StackView _view;

    /// <summary>
    /// Remembers nothing but what the stack's own status says: after a restart the history goes on, and what runs is
    /// rendered for until it can be asked.
    /// </summary>
    public StackRuntime(MonitoringStack stack)
    {
        Key = stack.Key;
        Uid = stack.Metadata.Uid ?? "";
        string? Version(string engine) =>
            stack.Status?.Components?.FirstOrDefault(component => component.Engine == engine)?.Version;
        _view = StackView.Empty with
        {
            History = stack.Status?.History ?? [],
            Live = LiveState.Unknown with
            {
                Versions = new ObservedVersions
                {
                    Prometheus = Version("Prometheus"),
                    Alertmanager = Version("Alertmanager"),
                    Blackbox = Version("Blackbox"),
                },
            },
        };
    }

    /// <summary>The stack.</summary>
    public ObjectKey Key { get; }

    /// <summary>Its metadata.uid: a stack that is created anew is another one.</summary>
    public string Uid { get; }

    /// <summary>Caches of rendering, used by one reconciliation at a time.</summary>
    public StackRenderer Renderer { get; } = new();

    /// <summary>The state as one immutable value.</summary>
    public StackView View
    {
        get
        {
            lock (_lock)
            {
                return _view;
            }
        }
    }

    /// <summary>Replaces the state by what <paramref name="change"/> makes of it.</summary>
    public StackView Update(Func<StackView, StackView> change)
    {
        lock (_lock)
        {
            return _view = change(_view);
        }
    }

    /// <summary>As <see cref="Update"/>, unless something else than <paramref name="desired"/> was applied meanwhile.</summary>
    /// <returns>True when the state was replaced.</returns>
    public bool TryUpdate(DesiredState desired, Func<StackView, StackView> change)
    {
        lock (_lock)
        {
            if (!ReferenceEquals(_view.Desired, desired))
            {
                return false;
            }

            _view = change(_view);
            return true;
        }
    }

    /// <summary>
    /// The newest first, a record for each render: it says "Applied" until more is known, and that what has been dealt
    /// with is applied once more is no news.
    /// </summary>
    public static IReadOnlyList<RenderRecord> Remember(
        IReadOnlyList<RenderRecord> history,
        string hash,
        string outcome,
        DateTimeOffset now
    ) =>
        history switch
        {
            [var last, ..] when last.Hash == hash && (last.Outcome == outcome || outcome == Applied) => history,
            [var last, ..] when last.Hash == hash && last.Outcome == Applied =>
            [
                Record(hash, outcome, now),
                .. history.Skip(1),
            ],
            _ => [Record(hash, outcome, now), .. history.Take(HistoryLength - 1)],
        };

    /// <summary>Outcome of a render whose components have not said anything yet.</summary>
    public const string Applied = "Applied";

    private static RenderRecord Record(string hash, string outcome, DateTimeOffset now) =>
        new()
        {
            Hash = hash,
            Time = now,
            Outcome = outcome,
        };
}

/// <summary>
/// What a component refused whatever was left out.
/// </summary>
/// <param name="Generation">Of the stack when that happened.</param>
/// <param name="Message">The component's words.</param>
/// <param name="Offered">
/// Hash of what would be applied but for the refusal; null until it was rendered. Once it is another, something that the
/// configuration depends on was changed, and it is worth another try.
/// </param>
internal sealed record RefusedConfig(long Generation, string Message, string? Offered = null);

/// <summary>An object that is not as rendered, or not in all of its fields.</summary>
/// <param name="Reason">One of <c>ApplyReasons</c>, or <see cref="FinalizerRefused"/>.</param>
/// <param name="Text">For people: the object, the field if it is one, and why.</param>
internal sealed record ObjectIssue(string Reason, string Text)
{
    /// <summary>Reason of a stack whose finalizer cannot be written.</summary>
    public const string FinalizerRefused = "FinalizerRefused";

    /// <summary>The server does not let us write a stack's finalizer.</summary>
    public static ObjectIssue Finalizer(Exception error) =>
        new(
            FinalizerRefused,
            $"nothing is applied, for the stack cannot get the finalizer {StackCleanup.Finalizer}, without which its "
                + $"objects in other namespaces and its claims would outlive it: {error.Message}. It is tried again; the "
                + "operator needs the right to patch monitoringstacks (its ClusterRole in the chart and in config/rbac has it)"
        );
}

/// <summary>What is doubtful of a resource.</summary>
/// <param name="Problems">At least one.</param>
internal sealed record Doubt(IReadOnlyList<ResourceProblem> Problems)
{
    /// <summary>The doubts, one below the other.</summary>
    public string Text { get; } = string.Join('\n', Problems.Select(problem => problem.Message));

    /// <summary>False where all of them may well be meant.</summary>
    public bool IsWarning { get; } = Problems.Any(problem => !problem.IsRemark);

    /// <summary>What is left when some do not hold; null: nothing.</summary>
    /// <param name="denied">Messages of those.</param>
    public Doubt? Without(IReadOnlyList<string> denied)
    {
        List<ResourceProblem> left = [.. Problems.Where(problem => !denied.Contains(problem.Message))];
        return left.Count == 0 ? null
            : left.Count == Problems.Count ? this
            : new Doubt(left);
    }
}

/// <summary>How far the removal of a stack is.</summary>
/// <param name="Reason">Deleting, or CleanupFailed.</param>
/// <param name="Message">What is waited for, or what went wrong.</param>
internal sealed record Removal(string Reason, string Message)
{
    /// <summary>Reason of a removal that failed and is tried again.</summary>
    public const string Failed = "CleanupFailed";

    /// <summary>It is under way.</summary>
    public static Removal Waiting(string what) => new("Deleting", $"the stack is being deleted and waits for {what}");

    /// <summary>It failed for now. What is left can be had rid of by hand.</summary>
    public static Removal Failure(Exception error) =>
        new(
            Failed,
            $"the stack is being deleted, and removing its objects failed: {error.Message}. It is tried again; to give "
                + $"up, remove the finalizer {StackCleanup.Finalizer} and then what carries the stack's labels"
        );
}

/// <summary>What is known of a stack at one moment.</summary>
internal sealed record StackView
{
    /// <summary>Nothing was done yet.</summary>
    public static StackView Empty { get; } = new();

    /// <summary>What was applied last; null before the first time.</summary>
    public DesiredState? Desired
    {
        get;
        init
        {
            field = value;
            Problems = ErrorsOf(value);
            Doubts = DoubtsOf(value);
        }
    }

    /// <summary>What keeps resources out of <see cref="Desired"/>: the first error of each.</summary>
    public IReadOnlyDictionary<ResourceRef, ResourceProblem> Problems { get; private init; } = ErrorsOf(null);

    /// <summary>What rendering <see cref="Desired"/> found doubtful, by resource.</summary>
    public IReadOnlyDictionary<ResourceRef, Doubt> Doubts { get; private init; } = DoubtsOf(null);

    /// <summary>When a configuration other than the one before was applied.</summary>
    public DateTimeOffset ConfiguredAt { get; init; }

    /// <summary><see cref="Desired"/> was refused and is about to be replaced.</summary>
    public bool IsRenderDue { get; init; }

    /// <summary>The intents that went into <see cref="Desired"/>.</summary>
    public IReadOnlyDictionary<ResourceRef, IntentId> Rendered { get; init; } = new Dictionary<ResourceRef, IntentId>();

    /// <summary>metadata.generation of the stack that was rendered last.</summary>
    public long Generation { get; init; }

    /// <summary>As <see cref="Generation"/>; an older one while <see cref="Desired"/> is the last good state.</summary>
    public long RenderedGeneration { get; init; }

    /// <summary>Objects that are not as rendered; empty when all went well.</summary>
    public IReadOnlyList<ObjectIssue> ObjectIssues { get; init; } = [];

    /// <summary>Why nothing of the stack can be applied at all; null while it can.</summary>
    public ObjectIssue? Obstacle { get; init; }

    /// <summary>How often in a row the same <see cref="ObjectIssues"/>, or <see cref="Obstacle"/>, came out.</summary>
    public int SameIssues { get; init; }

    /// <summary>How far the removal is of a stack that is being deleted; null while it is not.</summary>
    public Removal? Removal { get; init; }

    /// <summary>By component name: what came of loading.</summary>
    public IReadOnlyDictionary<string, LoadOutcome> Loads { get; init; } = new Dictionary<string, LoadOutcome>();

    /// <summary>What the components say.</summary>
    public LiveState Live { get; init; } = LiveState.Unknown;

    /// <summary>
    /// The components were asked at least once. Before that a status would only forget what the one in the cluster says.
    /// </summary>
    public bool IsSettled => Loads.Count > 0 && Live.Plan is not null;

    /// <summary>The last state that every component took.</summary>
    public DesiredState? LastGood { get; init; }

    /// <summary>metadata.generation of the stack that <see cref="LastGood"/> was made of.</summary>
    public long LastGoodGeneration { get; init; }

    /// <summary>The intents that went into <see cref="LastGood"/>.</summary>
    public IReadOnlyDictionary<ResourceRef, IntentId> LastGoodRendered { get; init; } =
        new Dictionary<ResourceRef, IntentId>();

    /// <summary>
    /// The state that every Prometheus replica took last: rules and targets count as loaded by it, whatever the other
    /// components do.
    /// </summary>
    public DesiredState? InPrometheus { get; init; }

    /// <summary>The intents that went into <see cref="InPrometheus"/>.</summary>
    public IReadOnlyDictionary<ResourceRef, IntentId> InPrometheusRendered { get; init; } =
        new Dictionary<ResourceRef, IntentId>();

    /// <summary>
    /// The state whose rules every Prometheus replica is known to run: the next load looks only at what differs from
    /// it. Null while that is uncertain (a load began and did not end well, a replica reports something else).
    /// </summary>
    public DesiredState? RuleBaseline { get; init; }

    /// <summary>A search for a refused resource in progress.</summary>
    public RefusalSearch? Search { get; init; }

    /// <summary>Resources that a component refused, until their spec changes.</summary>
    public IReadOnlyDictionary<ResourceRef, RefusedResource> Refused { get; init; } =
        new Dictionary<ResourceRef, RefusedResource>();

    /// <summary>
    /// Set while what would be rendered is refused whatever is left out: the last good state stays in the cluster.
    /// </summary>
    public RefusedConfig? RefusedStack { get; init; }

    /// <summary>What the data says of AlertRules.</summary>
    public ImmutableDictionary<ResourceRef, RuleAdvice> Advice { get; init; } =
        ImmutableDictionary<ResourceRef, RuleAdvice>.Empty;

    /// <summary>Renders and what became of them, the newest first.</summary>
    public IReadOnlyList<RenderRecord> History { get; init; } = [];

    /// <summary>Why the stack's own spec is not valid; null when it is.</summary>
    public string? Rejection { get; init; }

    /// <summary>spec.paused is set.</summary>
    public bool Paused { get; init; }

    private static Dictionary<ResourceRef, ResourceProblem> ErrorsOf(DesiredState? desired)
    {
        var errors = new Dictionary<ResourceRef, ResourceProblem>();
        foreach (var problem in desired?.Problems ?? [])
        {
            if (problem.IsError)
            {
                errors.TryAdd(problem.Resource, problem);
            }
        }

        return errors;
    }

    private static Dictionary<ResourceRef, Doubt> DoubtsOf(DesiredState? desired) =>
        (desired?.Problems ?? [])
            .Where(problem => !problem.IsError)
            .GroupBy(problem => problem.Resource)
            .ToDictionary(problems => problems.Key, problems => new Doubt([.. problems]));
}
