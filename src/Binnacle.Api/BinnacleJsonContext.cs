using System.Text.Json.Serialization;
using Kubernetes.Models;

namespace Binnacle.Api;

/// <summary>Serializers of the kinds, generated at compile time: camelCase, nulls left out, enums as strings.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TimeConverter)]
)]
[JsonSerializable(typeof(MonitoringStack))]
[JsonSerializable(typeof(AlertRule))]
[JsonSerializable(typeof(Dashboard))]
[JsonSerializable(typeof(HealthProbe))]
[JsonSerializable(typeof(ScrapeTarget))]
public sealed partial class BinnacleJsonContext : JsonSerializerContext;
