namespace LocalCluster.Node.Programs;

/// <summary>An image that the node can run as a process of this machine.</summary>
public sealed record ProgramEntry
{
    /// <summary>
    /// Repository without tag or digest, for example <c>quay.io/prometheus/prometheus</c>. A final <c>*</c> stands for one
    /// path segment, which is then the program's name too.
    /// </summary>
    public required string Image { get; init; }

    /// <summary>File names to search for, the first found wins; an absolute path is taken as it is.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>Arguments before all others, for example the assembly that <c>dotnet</c> is to run.</summary>
    public IReadOnlyList<string> LeadingArguments { get; init; } = [];

    /// <summary>What the image runs when the container has neither command nor args.</summary>
    public IReadOnlyList<string> DefaultArguments { get; init; } = [];

    /// <summary>Flags that say where the program listens.</summary>
    public IReadOnlyList<ListenFlag> ListenFlags { get; init; } = [];

    /// <summary>Environment that the image sets.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Folders that the program reads by absolute path, taken from the program's own package (<c>…/usr/bin/program</c> →
    /// <c>…/usr/share/…</c>) where the machine lacks them.
    /// </summary>
    public IReadOnlyList<string> SupportFolders { get; init; } = [];

    /// <summary>The image's working directory.</summary>
    public string WorkingDirectory { get; init; } = "/";
}

/// <summary>
/// A flag that takes <c>host:port</c>. An empty or unspecified host becomes the pod's address; a flag that is not given is
/// added with its default port.
/// </summary>
/// <param name="Flag">With its dashes, for example <c>--web.listen-address</c>.</param>
/// <param name="DefaultPort">The port when the flag is not given.</param>
public sealed record ListenFlag(string Flag, int DefaultPort);
