using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Tests.Fakes;

internal sealed class CapturingLogger : ILogger
{
    public ConcurrentQueue<(LogLevel Level, string Message, Exception? Error)> Lines { get; } = new();

    public IReadOnlyList<string> At(LogLevel level) =>
        [.. Lines.Where(line => line.Level == level).Select(line => line.Message)];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Lines.Enqueue((logLevel, formatter(state, exception), exception));
}
