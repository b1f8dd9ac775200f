using Binnacle.Api;
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
internal sealed class StackRuntime(ObjectKey key)
{
    private const int HistoryLength = 10;

    private readonly Lock _lock = new();
    private StackView _view = StackView.Empty;

    /// <summary>The stack.</summary>
    public ObjectKey Key => key;

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

    /// <summary>The newest first; a repeated outcome of the same hash is one record.</summary>
    public static IReadOnlyList<RenderRecord> Remember(
        IReadOnlyList<RenderRecord> history,
        string hash,
        string outcome,
        DateTimeOffset now
    ) =>
        history is [var last, ..] && last.Hash == hash && last.Outcome == outcome
            ? history
            :
            [
                new RenderRecord
                {
                    Hash = hash,
                    Time = now,
                    Outcome = outcome,
                },
                .. history.Take(HistoryLength - 1),
            ];
}

/// <summary>What is known of a stack at one moment.</summary>
internal sealed record StackView
{
    /// <summary>Nothing was done yet.</summary>
    public static StackView Empty { get; } = new();

    /// <summary>What was applied last; null before the first time.</summary>
    public DesiredState? Desired { get; init; }

    /// <summary><see cref="Desired"/> was refused and is about to be replaced.</summary>
    public bool IsRenderDue { get; init; }

    /// <summary>The intents that went into <see cref="Desired"/>.</summary>
    public IReadOnlyDictionary<ResourceRef, IntentId> Rendered { get; init; } = new Dictionary<ResourceRef, IntentId>();

    /// <summary>metadata.generation of the stack that <see cref="Desired"/> was made of.</summary>
    public long Generation { get; init; }

    /// <summary>Writes that failed, for people; empty when all went well.</summary>
    public IReadOnlyList<string> ApplyFailures { get; init; } = [];

    /// <summary>By component name: what came of loading.</summary>
    public IReadOnlyDictionary<string, LoadOutcome> Loads { get; init; } = new Dictionary<string, LoadOutcome>();

    /// <summary>What the components say.</summary>
    public LiveState Live { get; init; } = LiveState.Unknown;

    /// <summary>The last state that every component took.</summary>
    public DesiredState? LastGood { get; init; }

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
    /// The stack's own generation that a component refused whatever was left out, and its words: the last good state
    /// stays in the cluster until the spec changes.
    /// </summary>
    public (long Generation, string Message)? RefusedStack { get; init; }

    /// <summary>Renders and what became of them, the newest first.</summary>
    public IReadOnlyList<RenderRecord> History { get; init; } = [];

    /// <summary>Why the stack's own spec is not valid; null when it is.</summary>
    public string? Rejection { get; init; }

    /// <summary>spec.paused is set.</summary>
    public bool Paused { get; init; }
}
