using System.Collections;

namespace Kubernetes.Runtime.Telemetry;

/// <summary>What every log record of a reconciliation carries: <c>controller</c> and <c>key</c>.</summary>
internal sealed class ReconcileScope(string controller, string key) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => 2;

    public KeyValuePair<string, object?> this[int index] =>
        index switch
        {
            0 => new("controller", controller),
            1 => new("key", key),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
        yield return this[1];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => $"{controller} {key}";
}
