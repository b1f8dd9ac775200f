namespace LocalCluster.Node.Programs;

/// <summary>The program that stands for an image: first the node's own entries, then the built-in ones.</summary>
internal sealed class ProgramTable(IReadOnlyList<ProgramEntry> additional)
{
    private static readonly ProgramEntry Prometheus = new()
    {
        Image = "quay.io/prometheus/prometheus",
        Names = ["prometheus"],
        ListenFlags = [new("--web.listen-address", 9090)],
        DefaultArguments = ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"],
        WorkingDirectory = "/prometheus",
    };

    private static readonly ProgramEntry Alertmanager = new()
    {
        Image = "quay.io/prometheus/alertmanager",
        Names = ["alertmanager", "prometheus-alertmanager"],
        ListenFlags = [new("--web.listen-address", 9093), new("--cluster.listen-address", 9094)],
        DefaultArguments = ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"],
        SupportFolders = ["/usr/share/prometheus/alertmanager"],
        WorkingDirectory = "/alertmanager",
    };

    private static readonly ProgramEntry BlackboxExporter = new()
    {
        Image = "quay.io/prometheus/blackbox-exporter",
        Names = ["blackbox_exporter", "prometheus-blackbox-exporter"],
        ListenFlags = [new("--web.listen-address", 9115)],
        DefaultArguments = ["--config.file=/etc/blackbox_exporter/config.yml"],
    };

    private static readonly ProgramEntry NodeExporter = new()
    {
        Image = "quay.io/prometheus/node-exporter",
        Names = ["node_exporter", "prometheus-node-exporter"],
        ListenFlags = [new("--web.listen-address", 9100)],
    };

    private static readonly ProgramEntry[] BuiltIn =
    [
        Prometheus,
        Prometheus with
        {
            Image = "prom/prometheus",
        },
        Alertmanager,
        Alertmanager with
        {
            Image = "prom/alertmanager",
        },
        BlackboxExporter,
        BlackboxExporter with
        {
            Image = "prom/blackbox-exporter",
        },
        NodeExporter,
        NodeExporter with
        {
            Image = "prom/node-exporter",
        },
        VictoriaMetrics("victoria-metrics", 8428),
        VictoriaMetrics("vmagent", 8429),
        VictoriaMetrics("vmalert", 8880),
        VictoriaMetrics("vmauth", 8427),
        new ProgramEntry { Image = "victoriametrics/*" },
        // The machine's own shell and tools, for init containers.
        new ProgramEntry { Image = "busybox", Names = ["sh"] },
    ];

    private readonly ProgramEntry[] entries = [.. additional, .. BuiltIn];

    /// <summary>Repositories in the order in which they are tried.</summary>
    public IEnumerable<string> KnownImages => entries.Select(e => e.Image);

    /// <summary>The entry for an image reference; null when there is none.</summary>
    public ProgramEntry? Find(string image)
    {
        var repository = Repository(image);
        foreach (var entry in entries)
        {
            var pattern = Repository(entry.Image);
            if (pattern == repository)
            {
                return entry;
            }

            if (pattern.EndsWith("/*", StringComparison.Ordinal))
            {
                var prefix = pattern[..^1];
                var rest = repository.StartsWith(prefix, StringComparison.Ordinal) ? repository[prefix.Length..] : "";
                if (rest.Length > 0 && !rest.Contains('/'))
                {
                    return entry with { Names = [rest, rest + "-prod"] };
                }
            }
        }

        return null;
    }

    /// <summary><c>docker.io/library/x:tag@digest</c> → <c>x</c>; other registries keep their name.</summary>
    internal static string Repository(string image)
    {
        var digest = image.IndexOf('@');
        var repository = digest < 0 ? image : image[..digest];
        var colon = repository.LastIndexOf(':');
        // A colon before the last slash belongs to the registry's port.
        if (colon > repository.LastIndexOf('/'))
        {
            repository = repository[..colon];
        }

        foreach (var prefix in (string[])["docker.io/", "index.docker.io/", "library/"])
        {
            if (repository.StartsWith(prefix, StringComparison.Ordinal))
            {
                repository = repository[prefix.Length..];
            }
        }

        return repository;
    }

    private static ProgramEntry VictoriaMetrics(string name, int port) =>
        new()
        {
            Image = $"victoriametrics/{name}",
            Names = [name, name + "-prod"],
            ListenFlags = [new("-httpListenAddr", port)],
        };
}
