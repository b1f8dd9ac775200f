namespace LocalCluster.Cel;

/// <summary>An expression that cannot be parsed or does not type-check.</summary>
internal sealed class CelSyntaxException(string message, int position) : Exception(message)
{
    /// <summary>The offset in the source.</summary>
    public int Position { get; } = position;

    /// <summary>The message with the place, as cel-go prints it.</summary>
    public string Describe(string source) => Describe(source, Position, Message);

    /// <summary>A message with a place: line, column, the line itself and a caret.</summary>
    public static string Describe(string source, int position, string message)
    {
        position = Math.Min(position, source.Length);
        var start = position == 0 ? 0 : source.LastIndexOf('\n', position - 1) + 1;
        var end = source.IndexOf('\n', position);
        var line = source.AsSpan(0, start).Count('\n') + 1;
        var text = source[start..(end < 0 ? source.Length : end)];
        return $"ERROR: <input>:{line}:{position - start + 1}: {message}\n | {text}\n | {new string('.', position - start)}^";
    }
}
