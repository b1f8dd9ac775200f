using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Binnacle.Testing;

/// <summary>Remembers what was logged.</summary>
public sealed class RecordingLogger : ILogger
{
    /// <summary>What was logged, in order.</summary>
    public ConcurrentQueue<(LogLevel Level, string Message, Exception? Error)> Lines { get; } = new();

    /// <summary>The messages of one level.</summary>
    public IReadOnlyList<string> At(LogLevel level) =>
        [.. Lines.Where(line => line.Level == level).Select(line => line.Message)];

    /// <summary>All of it as it would be printed, exceptions included.</summary>
    public override string ToString() => string.Join('\n', Lines.Select(line => $"{line.Message}{line.Error}"));

    /// <inheritdoc />
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    /// <inheritdoc />
    public bool IsEnabled(LogLevel logLevel) => true;

    /// <inheritdoc />
    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter
    ) => Lines.Enqueue((logLevel, formatter(state, exception), exception));
}
