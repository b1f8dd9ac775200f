namespace Binnacle.Rendering.Prometheus;

/// <summary>One scrape pool.</summary>
/// <param name="Source">The ScrapeTarget or HealthProbe it came from.</param>
/// <param name="Config">Its entry in <c>scrape_configs</c>.</param>
internal sealed record ScrapeEntry(ResourceRef Source, ScrapeConfig Config);
