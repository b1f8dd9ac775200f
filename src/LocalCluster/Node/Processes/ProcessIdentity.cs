using System.Globalization;

namespace LocalCluster.Node.Processes;

/// <summary>
/// A process that cannot be mistaken for a later one with the same id: the id and the clock tick at which it started.
/// </summary>
internal readonly record struct ProcessIdentity(int Id, long StartTick)
{
    /// <summary>Reads it from /proc; null when the process has ended.</summary>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            // The command in parentheses may hold spaces and parentheses; start time is the 20th field after it.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            // A zombie has ended; only its parent has not asked for its exit code yet.
            return fields[0] is "Z" or "X"
                ? null
                : new ProcessIdentity(id, long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether this very process is still there.</summary>
    public bool IsAlive => Of(Id) == this;

    /// <summary>The form in which <see cref="Parse"/> reads it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Id} {StartTick}");

    /// <summary>Null when the text is not one.</summary>
    public static ProcessIdentity? Parse(string text)
    {
        var parts = text.Trim().Split(' ');
        return
            parts.Length == 2
            && int.TryParse(parts[0], CultureInfo.InvariantCulture, out var id)
            && long.TryParse(parts[1], CultureInfo.InvariantCulture, out var tick)
            ? new ProcessIdentity(id, tick)
            : null;
    }
}
