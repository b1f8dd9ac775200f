namespace LocalCluster.ApiServer.Http;

/// <summary>
/// Flags of a query, as Kubernetes reads them: "false" and "0" are a no, anything else that is written is a yes, also
/// nothing at all behind the name.
/// </summary>
internal static class QueryFlags
{
    /// <summary>True for a yes.</summary>
    public static bool IsSet(this IQueryCollection query, string name) => query.Flag(name) == true;

    /// <summary>Null for a flag that is not there.</summary>
    public static bool? Flag(this IQueryCollection query, string name) =>
        query.TryGetValue(name, out var values) ? Read(values[0] ?? "") : null;

    /// <summary>Reads the word of a flag that is there.</summary>
    public static bool Read(string word) => word != "0" && !word.Equals("false", StringComparison.OrdinalIgnoreCase);
}
