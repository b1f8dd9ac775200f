namespace Binnacle.Quickstart.Clusters;

/// <summary>Writes log lines to a file.</summary>
internal sealed class FileLoggerProvider(string file, TimeProvider time) : ILoggerProvider
{
    private readonly Lock gate = new();
    private readonly StreamWriter writer = new(file, append: true) { AutoFlush = true };
    private bool isClosed;

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName.Split('.')[^1]);

    public void Dispose()
    {
        lock (gate)
        {
            isClosed = true;
            writer.Dispose();
        }
    }

    private void Write(string category, LogLevel level, string message, Exception? exception)
    {
        lock (gate)
        {
            if (!isClosed)
            {
                writer.WriteLine($"{time.GetUtcNow():HH:mm:ss.fff} {level} {category}: {message}");
                if (exception is not null)
                {
                    writer.WriteLine(exception);
                }
            }
        }
    }

    private sealed class FileLogger(FileLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        ) => provider.Write(category, logLevel, formatter(state, exception), exception);
    }
}
