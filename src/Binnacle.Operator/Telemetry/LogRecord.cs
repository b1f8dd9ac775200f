using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;

namespace Binnacle.Operator.Telemetry;

/// <summary>What both formats write of a log entry.</summary>
internal sealed class LogRecord
{
    private readonly Dictionary<string, object?> _fields = new(StringComparer.Ordinal);

    private LogRecord(string message) => Message = message;

    /// <summary>With its values filled in.</summary>
    public string Message { get; }

    /// <summary>The controller whose reconciliation it belongs to; null: none.</summary>
    public string? Controller => _fields.GetValueOrDefault("controller")?.ToString();

    /// <summary>The key being reconciled; null: none.</summary>
    public string? Key => _fields.GetValueOrDefault("key")?.ToString();

    /// <summary>Null outside of a span.</summary>
    public string? TraceId { get; private init; }

    /// <summary>Null outside of a span.</summary>
    public string? SpanId { get; private init; }

    /// <summary>Values of the scopes and the message, by names in lower camel case.</summary>
    public IReadOnlyDictionary<string, object?> Fields => _fields;

    /// <summary>Null when there is nothing to say.</summary>
    public static LogRecord? Of<TState>(in LogEntry<TState> entry, IExternalScopeProvider? scopes)
    {
        var message = entry.Formatter(entry.State, entry.Exception);
        if (message is null && entry.Exception is null)
        {
            return null;
        }

        var span = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current : null;
        var record = new LogRecord(message ?? "")
        {
            TraceId = span?.TraceId.ToHexString(),
            SpanId = span?.SpanId.ToHexString(),
        };
        // The message knows best, then the innermost scope.
        scopes?.ForEachScope(static (scope, it) => it.Add(scope), record);
        record.Add(entry.State);
        return record;
    }

    private void Add(object? state)
    {
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values)
        {
            return;
        }

        foreach (var (name, value) in values)
        {
            if (name.Length > 0 && name[0] != '{')
            {
                _fields[char.ToLowerInvariant(name[0]) + name[1..]] = value;
            }
        }
    }
}
