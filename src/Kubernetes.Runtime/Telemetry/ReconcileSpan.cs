using System.Diagnostics;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>Spans of this assembly.</summary>
public static class RuntimeTracing
{
    /// <summary>
    /// The name of the source: one span <c>reconcile NAME</c> per reconciliation, with <c>controller</c>, <c>key</c>,
    /// <c>result</c> (as in the metrics) and, after a failure, <c>error.type</c>.
    /// </summary>
    public const string SourceName = "Kubernetes.Runtime";

    internal static readonly ActivitySource Source = new(SourceName);
}

/// <summary>The span of one reconciliation; there is none unless somebody listens.</summary>
internal sealed class ReconcileSpan : IDisposable
{
    private readonly Activity _activity;

    private ReconcileSpan(Activity activity) => _activity = activity;

    public static ReconcileSpan? Start<TKey>(string controller, TKey key)
        where TKey : notnull
    {
        if (!RuntimeTracing.Source.HasListeners())
        {
            return null;
        }

        var tags = new ActivityTagsCollection { ["controller"] = controller, ["key"] = key.ToString() };
        var activity = RuntimeTracing.Source.StartActivity(
            $"reconcile {controller}",
            ActivityKind.Internal,
            parentContext: default,
            tags
        );
        return activity is null ? null : new ReconcileSpan(activity);
    }

    public void Failed(Exception e)
    {
        _activity.SetTag("error.type", e.GetType().FullName);
        _activity.SetStatus(ActivityStatusCode.Error, e.Message);
    }

    public void Ended(string result) => _activity.SetTag("result", result);

    public void Dispose() => _activity.Dispose();
}
