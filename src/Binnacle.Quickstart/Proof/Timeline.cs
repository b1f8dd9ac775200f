namespace Binnacle.Quickstart.Proof;

/// <summary>When what happened, measured from the first event on.</summary>
internal sealed class Timeline(TimeProvider time)
{
    private readonly List<(string What, DateTimeOffset When)> events = [];

    /// <summary>Notes that something happens now.</summary>
    public void Add(string what) => Add(what, time.GetUtcNow());

    /// <summary>Notes when something happened.</summary>
    public void Add(string what, DateTimeOffset when) => events.Add((what, when));

    /// <summary>
    /// One line per event, in the order of their times: seconds since the first and since the one before. The order may
    /// differ from that of noting: a notification can be out before a status says that the alert fires.
    /// </summary>
    public IReadOnlyList<string> ToLines()
    {
        var ordered = events.OrderBy(item => item.When).ToList();
        var width = ordered.Select(item => item.What.Length).DefaultIfEmpty().Max();
        return
        [
            .. ordered.Select(
                (item, i) =>
                {
                    var since = (item.When - ordered[0].When).TotalSeconds;
                    var step = i == 0 ? "" : $"  +{(item.When - ordered[i - 1].When).TotalSeconds:0.00} s";
                    return $"{item.What.PadRight(width)}  {since, 7:0.00} s{step}";
                }
            ),
        ];
    }
}
