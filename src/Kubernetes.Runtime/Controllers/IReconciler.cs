namespace Kubernetes.Runtime.Controllers;

/// <summary>Brings the world nearer to what is wanted for one key. Told which key, never what happened to it.</summary>
/// <typeparam name="TKey">What names the thing to reconcile.</typeparam>
public interface IReconciler<in TKey>
{
    /// <summary>
    /// Reads what is wanted and what is, and acts on the difference. Called for one key by one worker at a time.
    /// An exception brings the key back after a growing pause; a <see cref="TerminalReconcileException"/> does not.
    /// </summary>
    ValueTask<ReconcileResult> ReconcileAsync(TKey key, CancellationToken cancellationToken);
}

/// <summary>When a key is to be looked at again although nothing changed.</summary>
public readonly record struct ReconcileResult
{
    private ReconcileResult(TimeSpan? delay) => Delay = delay;

    /// <summary>Not before something changes.</summary>
    public static ReconcileResult Done => default;

    /// <summary>
    /// After ten hours, spread as all long delays are, behind everything that has a reason: what was missed, if
    /// anything ever is, heals by then. For keys that there still is something behind; others would come back for ever.
    /// </summary>
    public static ReconcileResult Resync { get; } = new(TimeSpan.FromHours(10));

    /// <summary>How long to wait; null for <see cref="Done"/>.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>
    /// After <paramref name="delay"/>, or earlier if something changes. Delays of a minute and more are spread by
    /// <see cref="ControllerOptions.RequeueSpread"/>.
    /// </summary>
    public static ReconcileResult RequeueAfter(TimeSpan delay) => new(delay);
}

/// <summary>Trying again is of no use until something changes: the input itself is wrong.</summary>
public sealed class TerminalReconcileException(string message, Exception? innerException = null)
    : Exception(message, innerException);
