using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Binnacle.Operator.Tests.Telemetry;

/// <summary>What a formatter makes of log entries, scopes included.</summary>
internal sealed class FormattedLogs(ConsoleFormatter formatter) : ILoggerProvider, ISupportExternalScope
{
    private IExternalScopeProvider _scopes = new LoggerExternalScopeProvider();

    /// <summary>One text per entry, with its line break.</summary>
    public ConcurrentQueue<string> Entries { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void SetScopeProvider(IExternalScopeProvider scopeProvider) => _scopes = scopeProvider;

    public void Dispose() { }

    private sealed class Logger(FormattedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => logs._scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> format
        )
        {
            using var text = new StringWriter();
            var entry = new LogEntry<TState>(logLevel, category, eventId, state, exception, format);
            logs.Formatter.Write(entry, logs._scopes, text);
            logs.Entries.Enqueue(text.ToString());
        }
    }

    private ConsoleFormatter Formatter => formatter;
}
